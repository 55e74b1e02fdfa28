"""What a process that a submission has spawned runs before it is sent its first job.

Its source is sent there, by `workers`; nothing of the kit can be imported at that moment.
"""

from __future__ import annotations

import marshal
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class GivenModules:
    """Finds modules, and loads them from their compiled code."""

    def __init__(self, codes: dict[str, bytes]) -> None:
        self._codes = codes

    def find_spec(self, name: str, *_: Any) -> ModuleSpec | None:
        loader: Any = self
        return ModuleSpec(name, loader) if name in self._codes else None

    def create_module(self, spec: ModuleSpec) -> None:
        """An ordinary one."""

    def exec_module(self, module: ModuleType) -> None:
        code = marshal.loads(self._codes[module.__name__])
        module.__file__ = code.co_filename
        exec(code, vars(module))
