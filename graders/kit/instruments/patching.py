"""Replaces attributes of modules and classes, and puts back exactly what was there.

    patches = Patches()
    patches.replace(time, "sleep", lambda real: wrap(real, counted, binds=False))
    ...
    patches.undo()

A patch of a name that does not exist raises `NameGone`: after an upgrade of a library, an
instrument that quietly observes nothing would be worse than one that does not start.
"""

from __future__ import annotations

import importlib.machinery
import pkgutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from types import FunctionType, ModuleType
from typing import Any

Make = Callable[[Any], Any]
"""Makes a replacement, from what is there now."""

_ABSENT: Any = object()

PICKLED_BY_NAME = (type(len), type)
"""Built-in functions and classes."""


class NameGone(RuntimeError):
    """The attribute that an instrument has to replace does not exist."""

    def __init__(self, owner: Any, name: str) -> None:
        owner = getattr(owner, "__name__", repr(owner))
        super().__init__(
            f"{owner} has no {name!r}: it must have been renamed or removed. "
            "Find what replaced it, and patch that; "
            "pass `optional=True` only if some supported version never had it"
        )


class Patches:
    """A stack of patches. `undo` takes them off again, the last one first.

    `optional=True` is for names that a supported version of Python or an optional package
    may really lack: nothing is patched then. Otherwise a missing name raises `NameGone`.
    """

    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] = []
        self._set: list[tuple[Any, str, object]] = []
        self._imports: ImportHook | None = None

    def replace(self, owner: Any, name: str, make: Make, *, optional: bool = False) -> None:
        """Put `make(current value)` in the place of `owner.name`."""
        current = getattr(owner, name, _ABSENT)
        if current is not _ABSENT:
            self.set(owner, name, make(current))
        elif not optional:
            raise NameGone(owner, name)

    def set(self, owner: Any, name: str, value: object) -> None:
        """Put `value` in the place of `owner.name`. Raises `NameGone`."""
        if not hasattr(owner, name):
            raise NameGone(owner, name)
        # What a class inherits is not its own: putting it back there would be a change.
        own = vars(owner).get(name, _ABSENT)
        setattr(owner, name, value)
        self._set.append((owner, name, vars(owner).get(name)))
        if own is _ABSENT:
            self.on_undo(lambda: delattr(owner, name))
        else:
            self.on_undo(lambda: setattr(owner, name, own))

    def replace_path(self, module: str, path: str, make: Make, *, optional: bool = False) -> None:
        """`replace` for a dotted `path` in `module`: now, or when the module is imported."""

        def apply(found: ModuleType) -> None:
            *outer, name = path.split(".")
            owner: Any = found
            for part in outer:
                inner = getattr(owner, part, _ABSENT)
                if inner is _ABSENT:
                    if optional:
                        return
                    raise NameGone(owner, part)
                owner = inner
            self.replace(owner, name, make, optional=optional)

        self.when_imported(module, apply)

    def when_imported(self, module: str, apply: Callable[[ModuleType], None]) -> None:
        """Call `apply` with the module: at once if it is there, else after its first import."""
        found = sys.modules.get(module)
        if found is not None:
            apply(found)
        else:
            self.imports.wanted.setdefault(module, []).append(apply)

    @property
    def imports(self) -> ImportHook:
        """The hook for later imports; it is installed when it is asked for."""
        if self._imports is None:
            hook = self._imports = ImportHook()
            sys.meta_path.insert(0, hook)
            self.on_undo(lambda: _remove(sys.meta_path, hook))
        return self._imports

    def displaced(self) -> list[str]:
        """The names whose patch is no longer reached, because other code replaced it.

        A patch that was wrapped is still reached, if the wrapper has a `__wrapped__`.
        """
        last = {(id(owner), name): (owner, name, value) for owner, name, value in self._set}
        return [
            f"{owner.__name__}.{name}"
            for owner, name, value in last.values()
            if not _reaches(vars(owner).get(name), value)
        ]

    def on_undo(self, undo: Callable[[], None]) -> None:
        """Have `undo` called when the patches are taken off."""
        self._undo.append(undo)

    def keep(self) -> None:
        """Leave on what has been patched so far: `undo` takes off only what comes after it.

        For a process that ends as it is: to put everything back costs as much as to patch it.
        """
        self._undo.clear()

    @contextmanager
    def undone_on_error(self) -> Iterator[None]:
        """Takes off the patches made so far if making the others raises an exception."""
        try:
            yield
        except BaseException:
            self.undo()
            raise

    def undo(self) -> None:
        """Put back what was there. Does nothing the second time."""
        while self._undo:
            self._undo.pop()()
        self._set.clear()
        self._imports = None


def _reaches(current: Any, wanted: object) -> bool:
    """Is it that object, or does it say that it wraps it?"""
    for _ in range(20):
        if current is wanted:
            return True
        current = getattr(current, "__wrapped__", None)
    return False


class ImportHook:
    """A finder on `sys.meta_path` that finds nothing itself: it is notified of first imports."""

    def __init__(self) -> None:
        self.wanted: dict[str, list[Callable[[ModuleType], None]]] = {}
        """What to call with each module, by its name, once it is imported."""
        self.around: Callable[[], AbstractContextManager[object]] = nullcontext
        """Makes a context manager that is entered while a module is executed for the first time."""
        self._executed: set[str] = set()

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        # Only the finders behind this one: two hooks would ask each other without end.
        for finder in sys.meta_path[sys.meta_path.index(self) + 1 :]:
            if not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                self._listen(name, spec.loader, again=target is not None)
                return spec
        return None

    def _listen(self, name: str, loader: Any, *, again: bool) -> None:
        # The loaders of frozen and built-in modules are shared classes: left alone.
        if isinstance(loader, type) or not hasattr(loader, "exec_module"):
            return
        original = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            with suppress(AttributeError):
                del loader.exec_module
            first = not again and name not in self._executed  # no reload, nor removed meanwhile
            self._executed.add(name)
            with self.around() if first else nullcontext():
                original(module)
                for apply in self.wanted.pop(name, []):
                    apply(module)

        with suppress(AttributeError):
            loader.exec_module = exec_module


def _remove(items: list[Any], item: object) -> None:
    with suppress(ValueError):
        items.remove(item)


class BuiltinWrapper:
    """Wraps a built-in function, and like one it does not bind as a class attribute.

    It is pickled as what it replaces: the name under which that is found, so that another
    process gets its own function, patched or not.
    """

    def __init__(self, original: Any, call: Callable[..., Any]) -> None:
        self.__wrapped__ = original
        self.__name__ = getattr(original, "__name__", type(original).__name__)
        self.__qualname__ = getattr(original, "__qualname__", self.__name__)
        module = getattr(original, "__module__", None) or "builtins"
        # The module where it is patched and found by name, not the C module it comes from.
        self.__module__ = {"posix": "os", "nt": "os"}.get(module, module.removeprefix("_"))
        self.__doc__ = original.__doc__
        self._call = call

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._call(*args, **kwargs)

    def __reduce__(self) -> str | tuple[Any, ...]:
        # What can say itself under which name it is found (a function of a `TimeDispatch`
        # can) is asked. Not by the name alone: pickle would then insist that this very
        # object is found there, and it is not, if it has been wrapped once more.
        reduce = getattr(self.__wrapped__, "__reduce__", None)
        if not isinstance(self.__wrapped__, PICKLED_BY_NAME) and reduce is not None:
            reduced: str | tuple[Any, ...] = reduce()
            return reduced
        for module in (self.__module__, self.__wrapped__.__module__):
            place = f"{module}:{self.__qualname__}"
            with suppress(ImportError, AttributeError, ValueError):
                pkgutil.resolve_name(place)
                return pkgutil.resolve_name, (place,)
        return self.__qualname__  # and pickle says that it does not find it

    def __repr__(self) -> str:
        return repr(self.__wrapped__)


def wrap(original: Any, call: Any, *, binds: bool) -> Any:
    """`call` as a replacement of `original`, with its name, module and documentation.

    `binds` says whether it becomes a method as a class attribute. What is not a Python
    function must not bind, and becomes a `BuiltinWrapper`.
    """
    if not binds and not isinstance(original, FunctionType):
        return BuiltinWrapper(original, call)
    for name in ("__module__", "__name__", "__qualname__", "__doc__"):
        with suppress(AttributeError, TypeError):
            setattr(call, name, getattr(original, name))
    call.__wrapped__ = original
    return call
