"""A case as a program: its coroutine `main`, ready to run."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Coroutine
from types import ModuleType
from typing import Any

from tests.bench.blocking.case import Case

Main = Callable[[], Coroutine[Any, Any, None]]


def load(case: Case) -> Main:
    """Imports the case by its path, under its own name: processes that it starts find it, too."""
    name = case.path.stem
    # At the end: a case may be called what a module of the standard library is called.
    sys.path.append(str(case.path.parent))
    spec = importlib.util.spec_from_file_location(name, case.path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    main: Main = module.main
    return main


def spent(case: Case) -> float | None:
    """The seconds of processor time that the case says it took, if it says so."""
    module: ModuleType | None = sys.modules.get(case.path.stem)
    return getattr(module, "SPENT", None)
