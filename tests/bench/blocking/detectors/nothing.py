"""No detector: what a program costs without one."""

from __future__ import annotations

import asyncio

from tests.bench.blocking.case import Case
from tests.bench.blocking.program import load
from tests.bench.blocking.verdict import Verdict, verdict


def watch(case: Case) -> Verdict:
    asyncio.run(load(case)())
    return verdict(False)
