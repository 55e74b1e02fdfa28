"""blockbuster: raises from known calls. It is told to scan the case, as its manual advises.

FastAPI asks whether the source of an endpoint exists, at its first request: that is allowed, or no
route would ever be reached. It is activated before the case is imported, so that
`from time import sleep` binds what it has put there. What it raises counts even where the
program swallows it: it is noted as it is made.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import blockbuster.blockbuster
from blockbuster import blockbuster_ctx

from tests.bench.blocking.program import load
from tests.bench.blocking.verdict import Verdict, innermost, verdict

PATIENCE = 8.0
"""Seconds for the program: it may never get what a refused call was to bring."""


def watch(program: Path) -> Verdict:
    lines: list[int | None] = []

    class Noted(blockbuster.BlockingError):  # type: ignore[misc]
        def __init__(self, call: str) -> None:
            super().__init__(call)
            lines.append(innermost(program, sys._getframe(1)))

    module: Any = blockbuster.blockbuster
    module.BlockingError = Noted
    scanned = ModuleType(program.stem)
    scanned.__file__ = str(program)
    with blockbuster_ctx(scanned) as active:
        asked = active.functions["os.stat"]
        asked.can_block_in("fastapi/routing.py", {"_extract_endpoint_context"})
        main = load(program)
        try:
            asyncio.run(asyncio.wait_for(main(), PATIENCE))
        except BaseException:
            if not lines:  # else the program failed over a call that was refused
                raise
    return verdict(bool(lines), lines)
