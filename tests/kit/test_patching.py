"""Patches: what is replaced is put back, a missing name fails, a displaced patch is noticed."""

from __future__ import annotations

import contextlib
import importlib
import json
import math
import os
import pickle
import sys
import time
from collections.abc import Iterator
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


def test_a_class_gets_back_the_descriptor_it_had(patches: Patches):
    """A static method is one again, and a property a property: not what looking it up gives."""

    class Owner:
        @staticmethod
        def static():
            return 1

        @property
        def known(self):
            return 2

    before = dict(vars(Owner))
    patches.replace(Owner, "static", lambda real: staticmethod(lambda: real() + 10))
    patches.set(Owner, "known", 20)
    assert (Owner().static(), Owner().known) == (11, 20)
    patches.undo()
    assert dict(vars(Owner)) == before
    assert (Owner().static(), Owner().known) == (1, 2)


def test_the_last_patch_is_taken_off_first(patches: Patches):
    """Several of one name, and whatever else is to be undone; a second time does nothing."""
    module = ModuleType("module")
    module.number = real = lambda: 1
    undone: list[object] = []
    patches.replace(module, "number", twice)
    patches.on_undo(lambda: undone.append(module.number()))
    patches.replace(module, "number", twice)
    assert module.number() == 4
    patches.undo()
    assert undone == [2]
    assert module.number is real
    module.number = None
    patches.undo()
    assert (module.number, undone) == (None, [2])


def test_a_path_leads_into_classes(patches: Patches):
    """Of a module that is there already: it is patched at once."""
    patches.replace_path("json.decoder", "JSONDecoder.decode", lambda _: lambda *_: "patched")
    assert json.loads("1") == "patched"
    patches.undo()
    assert json.loads("1") == 1


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


def test_several_are_told_of_one_import(patches, tmp_path, monkeypatch):
    """Two who wait for the same module, in two stacks of patches; and only of its first import."""
    (tmp_path / "imported_late.py").write_text("there = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    others, told = Patches(), []
    patches.when_imported("imported_late", lambda module: told.append(("one", module.there)))
    patches.when_imported("imported_late", lambda module: told.append(("two", module.there)))
    others.when_imported("imported_late", lambda module: told.append(("other", module.there)))
    try:
        for _ in range(2):
            __import__("imported_late")
            del sys.modules["imported_late"]
    finally:
        others.undo()
    assert sorted(told) == [("one", 1), ("other", 1), ("two", 1)]


def test_a_package_and_its_module_are_two_imports(patches, tmp_path, monkeypatch):
    """Each is told of by its full name."""
    (tmp_path / "late").mkdir()
    (tmp_path / "late" / "__init__.py").write_text("from late import inner\n")
    (tmp_path / "late" / "inner.py").write_text("def number(): return 21\n")
    monkeypatch.syspath_prepend(tmp_path)
    patches.replace_path("late.inner", "number", twice)
    patches.replace_path("late", "nothing", twice, optional=True)
    try:
        assert __import__("late").inner.number() == 42
    finally:
        for name in ("late", "late.inner"):
            sys.modules.pop(name, None)


def test_a_module_is_executed_within_what_was_asked_for(patches, tmp_path, monkeypatch):
    """With those that it imports itself, and also if it fails; its patches are made within, too."""
    (tmp_path / "late.py").write_text("import later\n1 / 0\n")
    (tmp_path / "later.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    seen: list[str] = []

    @contextlib.contextmanager
    def around() -> Iterator[None]:
        seen.append("in")
        try:
            yield
        finally:
            seen.append("out")

    patches.imports.around = around
    patches.when_imported("later", lambda _: seen.append("applied"))
    try:
        with pytest.raises(ZeroDivisionError):
            __import__("late")
    finally:
        sys.modules.pop("later", None)
    assert seen == ["in", "in", "applied", "out", "out"]


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


def test_a_patch_of_a_function_is_a_method_where_that_was_one(patches: Patches):
    """It has the name, the place and the documentation of what it replaces, and says what it
    wraps."""

    class Owner:
        def double(self, n):
            """Twice as much."""
            return 2 * n

    real = Owner.double
    patches.replace(
        Owner, "double", lambda real: wrap(real, lambda self, n: real(self, n) + 1, binds=True)
    )
    patched = Owner.double
    assert Owner().double(3) == 7
    assert (patched.__name__, patched.__qualname__) == ("double", real.__qualname__)
    assert (patched.__doc__, patched.__module__) == ("Twice as much.", __name__)
    assert patched.__wrapped__ is real
