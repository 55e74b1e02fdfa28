"""Replaced attributes, exactly undone; those of modules imported later are replaced then."""

from __future__ import annotations

import importlib.machinery
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from types import FunctionType, ModuleType
from typing import Any

Make = Callable[[Any], Any]
"""Makes a replacement of what is there now."""

_ABSENT: Any = object()


class Replacements:
    """A pile of replacements; `undo` takes them off again, the last one first."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] = []
        self._set: list[tuple[Any, str, object]] = []
        self._imports: LateImports | None = None

    def replace(self, owner: Any, name: str, make: Make) -> None:
        """Put `make(what is there now)` in the place of `owner.name`, if there is such a thing."""
        current = getattr(owner, name, _ABSENT)
        if current is _ABSENT:
            return
        self.set(owner, name, make(current))

    def set(self, owner: Any, name: str, value: object) -> None:
        """Put `value` there, whether there was such a name or not."""
        # What a class inherits is not its own: putting it back would be a change.
        own = vars(owner).get(name, _ABSENT)
        setattr(owner, name, value)
        self._set.append((owner, name, vars(owner).get(name)))
        if own is _ABSENT:
            self.finally_(lambda: delattr(owner, name))
        else:
            self.finally_(lambda: setattr(owner, name, own))

    def replace_path(self, module: str, path: str, make: Make) -> None:
        """`replace` for a dotted `path` in `module`, now or when that is imported."""

        def apply(found: ModuleType) -> None:
            *outer, name = path.split(".")
            owner: Any = found
            for part in outer:
                owner = getattr(owner, part, None)
            if owner is not None:
                self.replace(owner, name, make)

        self.when_imported(module, apply)

    def when_imported(self, module: str, apply: Callable[[ModuleType], None]) -> None:
        """Call `apply` with the module: at once if it is there, else after its first import."""
        found = sys.modules.get(module)
        if found is not None:
            apply(found)
        else:
            self.imports.wanted.setdefault(module, []).append(apply)

    @property
    def imports(self) -> LateImports:
        if self._imports is None:
            finder = self._imports = LateImports()
            sys.meta_path.insert(0, finder)
            self.finally_(lambda: _remove(sys.meta_path, finder))
        return self._imports

    def displaced(self) -> list[str]:
        """The names at which what was put there is not reached any more, be it wrapped or not."""
        last = {(id(owner), name): (owner, name, value) for owner, name, value in self._set}
        return [
            f"{owner.__name__}.{name}"
            for owner, name, value in last.values()
            if not _reaches(vars(owner).get(name), value)
        ]

    def finally_(self, undo: Callable[[], None]) -> None:
        """Have `undo` called when the rest is undone."""
        self._undo.append(undo)

    @contextmanager
    def undone_on_error(self) -> Iterator[None]:
        """Half a pile is worse than none: take it off again if piling it up fails."""
        try:
            yield
        except BaseException:
            self.undo()
            raise

    def undo(self) -> None:
        while self._undo:
            self._undo.pop()()
        self._set.clear()
        self._imports = None


def _reaches(current: Any, wanted: object) -> bool:
    """Is it that, or does it say that it wraps that?"""
    for _ in range(20):
        if current is wanted:
            return True
        current = getattr(current, "__wrapped__", None)
    return False


class LateImports:
    """A finder that finds nothing of its own: it hears of first imports."""

    def __init__(self) -> None:
        self.wanted: dict[str, list[Callable[[ModuleType], None]]] = {}
        self.around: Callable[[], AbstractContextManager[object]] = nullcontext
        """Entered around the execution of every module that is imported."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        # Only those behind this one: two of its kind would ask each other for ever.
        for finder in sys.meta_path[sys.meta_path.index(self) + 1 :]:
            if not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                self._listen(name, spec.loader)
                return spec
        return None

    def _listen(self, name: str, loader: Any) -> None:
        # The loaders of frozen and built-in modules are shared classes: left alone.
        if isinstance(loader, type) or not hasattr(loader, "exec_module"):
            return
        original = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            with suppress(AttributeError):
                del loader.exec_module
            with self.around():
                original(module)
                for apply in self.wanted.pop(name, []):
                    apply(module)

        with suppress(AttributeError):
            loader.exec_module = exec_module


def _remove(items: list[Any], item: object) -> None:
    with suppress(ValueError):
        items.remove(item)


class StandIn:
    """Stands in for a built-in function: like one, it does not bind as a class attribute."""

    def __init__(self, original: Any, call: Callable[..., Any]) -> None:
        self.__wrapped__ = original
        self.__name__ = getattr(original, "__name__", type(original).__name__)
        self.__qualname__ = getattr(original, "__qualname__", self.__name__)
        module = getattr(original, "__module__", None) or "builtins"
        # Where it is replaced, and pickle finds it: not in the module in C that it comes from.
        self.__module__ = {"posix": "os", "nt": "os"}.get(module, module.removeprefix("_"))
        self.__doc__ = original.__doc__
        self._call = call

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._call(*args, **kwargs)

    def __reduce__(self) -> str:
        return str(self.__name__)  # pickled by name, as functions are

    def __repr__(self) -> str:
        return repr(self.__wrapped__)


def stand_in(original: Any, call: Any, *, binds: bool) -> Any:
    """`call`, looking and binding like the `original`; a built-in function does not bind."""
    if not binds and not isinstance(original, FunctionType):
        return StandIn(original, call)
    for name in ("__module__", "__name__", "__qualname__", "__doc__"):
        with suppress(AttributeError, TypeError):
            setattr(call, name, getattr(original, name))
    call.__wrapped__ = original
    return call
