"""One round: every case once, under one detector."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.bench.blocking import steps
from tests.bench.blocking.case import ROOT, Case
from tests.bench.blocking.verdict import Verdict, failed

PAIRS = 15
"""How often the steps are run with and without a detector, in turn."""


def verdicts(python: Path, detector: str, cases: list[Case], at_once: int) -> dict[str, Verdict]:
    """What the detector says of each case, by the name of the case."""
    files = {case.name: str(case.written()) for case in cases}
    # Neighbours have much in common: programs that wait are to run beside those that compute.
    mixed = sorted(files.values(), key=lambda file: zlib.crc32(Path(file).stem.encode()))
    answers = _run(python, detector, mixed, at_once)
    said: dict[str, Any] = {answer["program"]: answer for answer in answers}
    return {name: said.get(file) or failed("no verdict") for name, file in files.items()}


def overhead(python: Path, detector: str) -> float:
    """Microseconds of processor time that the detector adds to a step."""
    path = steps.__file__
    answers = _run(python, detector, [f"nothing\t{path}", f"{detector}\t{path}"] * PAIRS, 1)
    spent: dict[str, list[float]] = {"nothing": [], detector: []}
    for answer in answers:
        if answer.get("spent"):
            spent[answer["detector"]].append(answer["spent"])
    if not spent[detector]:
        return float("nan")
    with_it, without = (statistics.median(spent[name]) for name in (detector, "nothing"))
    return (with_it - without) / steps.STEPS * 1e6


def _run(python: Path, detector: str, lines: Iterable[str], at_once: int) -> list[dict[str, Any]]:
    module = ["-W", "ignore", "-m", "tests.bench.blocking.runner"]
    done = subprocess.run(
        [python, *module, "--at-once", str(at_once), detector],
        input="\n".join(lines),
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": ""},
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"the runner of {detector} failed")
    return [json.loads(line) for line in done.stdout.splitlines()]
