"""A program: its coroutine `main`, ready to run."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import ModuleType
from typing import Any

Main = Callable[[], Coroutine[Any, Any, None]]


def load(program: Path) -> Main:
    """Imports it by its path, under its own name: processes that it starts find it, too."""
    name = program.stem
    # At the end: a case may be called what a module of the standard library is called.
    sys.path.append(str(program.parent))
    spec = importlib.util.spec_from_file_location(name, program)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    main: Main = module.main
    return main


def spent(program: Path) -> float | None:
    """The seconds of processor time that the program says it took, if it says so."""
    module: ModuleType | None = sys.modules.get(program.stem)
    return getattr(module, "SPENT", None)
