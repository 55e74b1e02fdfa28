"""Patches: what is replaced is put back, a missing name fails, a displaced patch is noticed."""

from __future__ import annotations

import importlib
import math
import os
import pickle
import sys
import time
from contextlib import nullcontext
from types import ModuleType, SimpleNamespace

import pytest

from graders.kit.instruments.patching import NameGone, Patches, wrap


def twice(original):
    return wrap(original, lambda *args: 2 * original(*args), binds=False)


@pytest.fixture
def patches():
    patches = Patches()
    yield patches
    patches.undo()


def test_what_was_replaced_is_put_back(patches: Patches):
    """Own names get their old value back, inherited ones are inherited again."""

    class Base:
        name = 1

    class Inheriting(Base):
        pass

    patches.set(Base, "name", 2)
    patches.set(Inheriting, "name", 3)
    assert (Base.name, Inheriting.name) == (2, 3)
    patches.undo()
    assert (Base.name, Inheriting.name) == (1, 1)
    assert "name" not in vars(Inheriting)


@pytest.mark.parametrize("patch", ["replace", "set", "replace_path"])
def test_a_name_that_is_gone_fails_loudly(patches: Patches, patch: str):
    """The error says which name is missing where, and what to do."""
    owner = "math" if patch == "replace_path" else math
    with pytest.raises(NameGone, match=r"math has no 'square_root'.*patch that"):
        getattr(patches, patch)(owner, "square_root", twice)


def test_a_class_that_is_gone_fails_too(patches: Patches):
    """Each part of a path must exist."""
    with pytest.raises(NameGone, match="math has no 'Root'"):
        patches.replace_path("math", "Root.square", twice)


def test_an_optional_name_may_be_missing(patches: Patches):
    """Then nothing is patched."""
    patches.replace(math, "square_root", twice, optional=True)
    patches.replace_path("math", "Root.square", twice, optional=True)
    assert not hasattr(math, "square_root")
    assert patches.displaced() == []


def test_a_name_that_is_gone_from_a_late_import_fails_the_import(patches, tmp_path, monkeypatch):
    """Whoever imports the module gets the error."""
    (tmp_path / "imported_late.py").write_text("there = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    patches.replace_path("imported_late", "gone", twice)
    with pytest.raises(NameGone, match="imported_late has no 'gone'"):
        __import__("imported_late")


def test_a_module_is_patched_when_it_is_imported(patches, tmp_path, monkeypatch):
    """And not before; the hook leaves with the patches."""
    (tmp_path / "imported_late.py").write_text("def number(): return 21\n")
    monkeypatch.syspath_prepend(tmp_path)
    patches.replace_path("imported_late", "number", twice)
    assert "imported_late" not in sys.modules
    try:
        assert __import__("imported_late").number() == 42
        patches.undo()
        assert sys.modules["imported_late"].number() == 21
        assert patches not in sys.meta_path
    finally:
        del sys.modules["imported_late"]


def test_only_the_first_import_is_notified(patches, tmp_path, monkeypatch):
    """A reload is none, and neither is an import after the module was removed."""
    (tmp_path / "imported_often.py").write_text("there = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    entered = []
    patches.imports.around = lambda: nullcontext(entered.append(1))
    module = importlib.import_module("imported_often")
    importlib.reload(module)
    del sys.modules["imported_often"]
    importlib.import_module("imported_often")
    assert entered == [1]


def test_half_of_the_patches_is_taken_off_again(patches: Patches):
    """If one of them fails."""
    before = math.sqrt

    def install():
        with patches.undone_on_error():
            patches.replace(math, "sqrt", twice)
            patches.replace(math, "square_root", twice)

    with pytest.raises(NameGone):
        install()
    assert math.sqrt is before


def test_a_patch_that_somebody_else_replaced_is_displaced(patches: Patches):
    """Putting the real function back is noticed; wrapping the patch is not."""
    module = ModuleType("module")
    module.number = real = lambda: 21
    patches.replace(module, "number", twice)
    assert patches.displaced() == []
    module.number = twice(module.number)
    assert patches.displaced() == []
    module.number = real
    assert patches.displaced() == ["module.number"]


def test_what_is_kept_is_not_put_back(patches: Patches):
    """It still counts as displaced when somebody else replaces it; what comes after it goes."""
    module = ModuleType("module")
    module.kept = module.later = real = lambda: 21
    patches.replace(module, "kept", twice)
    kept = module.kept
    patches.keep()
    patches.replace(module, "later", twice)
    module.kept = real
    assert patches.displaced() == ["module.kept"]
    module.kept = kept
    patches.undo()
    assert module.kept is kept
    assert module.later is real


@pytest.mark.parametrize(
    ("module", "name"), [(time, "sleep"), (math, "sqrt"), (os, "getpid"), (os, "system")]
)
def test_a_patch_is_pickled_as_what_it_replaces(patches: Patches, module, name: str):
    """What is unpickled is found under the same name, patched twice or not at all."""
    real = getattr(module, name)
    patches.replace(module, name, lambda real: wrap(real, print, binds=False))
    patches.replace(module, name, lambda real: wrap(real, print, binds=False))
    pickled = pickle.dumps(getattr(module, name))
    assert pickle.loads(pickled) is getattr(module, name)
    patches.undo()
    assert pickle.loads(pickled) is real


def test_a_patch_of_a_builtin_does_not_bind(patches: Patches):
    """As a class attribute it stays a function, as the built-in one does."""
    module = SimpleNamespace(sqrt=math.sqrt)
    module.sqrt = wrap(math.sqrt, lambda x: x, binds=False)

    class Holder:
        root = module.sqrt

    assert Holder().root(9) == 9
    assert repr(module.sqrt) == repr(math.sqrt)
