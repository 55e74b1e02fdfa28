"""Ours, with every signal that the machine offers.

Entered as the graders enter it: outside the loop, before the watched code is imported.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from graders.kit.instruments.blocking import BlockingDetector
from graders.kit.instruments.source import Source
from tests.bench.blocking.program import load
from tests.bench.blocking.verdict import Verdict


def watch(program: Path, **options: Any) -> Verdict:
    with BlockingDetector(Source(program), **options) as watched:
        asyncio.run(load(program)())
    findings = [f for f in watched.findings if f.kind == "blocking"]
    return {
        "found": bool(findings),
        "lines": [(f.line or 0) if f.file == program.name else 0 for f in findings],
        "calls": [f.call for f in findings],
        "families": [f.family for f in findings],
        "seconds": [f.seconds or 0.0 for f in findings],
        "error": None,
    }
