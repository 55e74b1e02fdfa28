"""No detector: what a program costs without one."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.bench.blocking.program import load
from tests.bench.blocking.verdict import Verdict, verdict


def watch(program: Path) -> Verdict:
    asyncio.run(load(program)())
    return verdict(False)
