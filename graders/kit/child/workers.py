"""Makes the submission, and the scenarios' functions, importable in processes that are spawned.

A worker that was forked has all its parent has. One that was spawned is an empty interpreter, which
imports by name whatever it is sent: a function of the submission, or one of the grader that a
scenario has given it (`kata.create_app(square, workers=2)`). Neither is on the module search path:
the submission was compiled from a text, beside its folder may lie anything, and the grader has its
checks in it. So `multiprocessing` passes on their code, with what it tells each new process anyway.
No file has to be there, and nothing else becomes importable.
"""

from __future__ import annotations

import functools
import marshal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import CodeType
from typing import Any

from graders.kit.instruments.patching import Patches
from graders.kit.instruments.private import SPAWN_FLAGS, SPAWN_PREPARATION

Codes = Mapping[str, Callable[[], CodeType]]
"""Modules by name; the code is asked for when there is a process to send it to."""


@contextmanager
def importable(codes: Codes) -> Iterator[None]:
    """Every process that is spawned meanwhile can import these modules."""
    patches = Patches()

    def telling(tell: Callable[[str], dict[str, Any]]) -> Callable[[str], dict[str, Any]]:
        @functools.wraps(tell)
        def told(name: str) -> dict[str, Any]:
            data = tell(name)
            # Our main program is nothing that a job could need, and takes long to import.
            data.pop("init_main_from_name", None)
            data.pop("init_main_from_path", None)
            # It looks at the keys that it knows; this one has its effect while it is unpickled.
            return {**data, "given modules": _Given(codes)}

        return told

    def safe(flags: Callable[[], list[str]]) -> Callable[[], list[str]]:
        return functools.wraps(flags)(lambda: [*flags(), "-P"])

    patches.replace_path(SPAWN_PREPARATION.module, SPAWN_PREPARATION.path, telling)
    # Until it is told the search path, a process would look into its working directory first.
    patches.replace_path(SPAWN_FLAGS.module, SPAWN_FLAGS.path, safe)
    try:
        yield
    finally:
        patches.undo()


class _Given:
    """Unpickled, it is None, and the modules can be imported there."""

    def __init__(self, codes: Codes) -> None:
        self._codes = codes

    def __reduce__(self) -> Any:
        source = Path(__file__).with_name("worker.py").read_text("utf-8")
        install = "import sys; sys.meta_path.insert(0, GivenModules(CODES))"
        codes = {name: marshal.dumps(code()) for name, code in self._codes.items()}
        return exec, (f"{source}\n{install}\n", {"CODES": codes})
