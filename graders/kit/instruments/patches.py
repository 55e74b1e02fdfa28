"""Patches: attributes replaced for a while, and put back exactly."""

from __future__ import annotations

import importlib.machinery
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

Found = Callable[[ModuleType], None]


class Patches:
    """Replacements that `undo` takes back, the last one first."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] = []
        self._finder = _Finder()

    def set(self, owner: Any, name: str, value: object) -> None:
        """Replace `owner.name`. A name that `owner` only inherits is removed again by `undo`."""
        absent = object()
        before = vars(owner).get(name, absent)
        setattr(owner, name, value)
        if before is absent:
            self._undo.append(lambda: delattr(owner, name))
        else:
            self._undo.append(lambda: setattr(owner, name, before))

    def later(self, undo: Callable[[], None]) -> None:
        """Have `undo` called too, in its turn."""
        self._undo.append(undo)

    def when_imported(self, module: str, found: Found) -> None:
        """Call `found(module)` now if it is imported already, else as soon as it is."""
        if module in sys.modules:
            found(sys.modules[module])
            return
        if self._finder not in sys.meta_path:
            sys.meta_path.insert(0, self._finder)
        self._finder.waiting[module] = found

    def undo(self) -> None:
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)
        self._finder.waiting.clear()
        while self._undo:
            self._undo.pop()()


class _Finder:
    """Finds nothing itself: it adds a last step to the import of the modules waited for."""

    def __init__(self) -> None:
        self.waiting: dict[str, Found] = {}

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        found = self.waiting.pop(name, None)
        if found is None:
            return None
        # The others may add a last step of their own, so they are asked and not bypassed.
        others = [finder for finder in sys.meta_path if finder is not self]
        specs = (finder.find_spec(name, path, target) for finder in others)
        spec = next((spec for spec in specs if spec is not None), None)
        if spec is None or spec.loader is None:
            return spec
        run: Callable[[ModuleType], None] = spec.loader.exec_module

        def run_and_tell(module: ModuleType) -> None:
            run(module)
            found(module)

        spec.loader.exec_module = run_and_tell  # type: ignore[method-assign]
        return spec
