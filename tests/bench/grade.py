"""Where the time of a verdict goes, beside what plain pytest takes for the same kata."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from graders.__main__ import ROOT
from graders.kit.judge.katas import Kata, find, select

WHOLES = ("nox -s grade", "python -m graders", "plain pytest")
PARTS = ("fork", "scenario", "database", "scenarios run")
FURTHER = 10
"""Submissions by which two processes differ, to see what one more of them costs."""


def measure(words: list[str], rounds: int) -> int:
    """Prints medians of whole processes, of their parts, and of one more submission, in one run."""
    katas = select(find(ROOT), words)
    wholes = Table("kata", *WHOLES, box=None, padding=(0, 2))
    parts = Table("kata", *PARTS, box=None, padding=(0, 2))
    for name, chosen in [(k.number, [k]) for k in katas] + [("all", katas)]:
        rows = [_round(chosen) for _ in range(rounds)]
        wholes.add_row(name, *(_spread([row[whole] for row in rows]) for whole in WHOLES))
        parts.add_row(name, *(_median([row.get(part, 0.0) for row in rows]) for part in PARTS))
    further = Table("kata", "processor time", box=None, padding=(0, 2))
    for kata in katas:
        further.add_row(kata.number, _spread([_further(kata) for _ in range(rounds)], 0))
    console = Console(highlight=False, markup=False, width=110)
    console.print(f"seconds of whole processes, median [min max] of {rounds}; references, warm")
    console.print(wholes)
    console.print("\nmilliseconds within the command; forks, scenarios and database are sums over")
    console.print("children, which run side by side and beside the import of pytest")
    console.print(parts)
    console.print("\nmilliseconds of processor time that one more submission costs a process that")
    console.print("grades some already: the judge, its fork server and all children together")
    console.print(further)
    return 0


def _round(katas: Sequence[Kata]) -> dict[str, float]:
    """One measurement of each command, in turn."""
    numbers = [kata.number for kata in katas]
    graders = [str(kata.grader) for kata in katas]
    python, of = [sys.executable, "-m"], ["--of", "solutions"]
    row = {
        "nox -s grade": _seconds(["nox", "-s", "grade", "--", *numbers, *of]),
        "python -m graders": _seconds([*python, "graders", "grade", *numbers, *of]),
        "plain pytest": _seconds([*python, "pytest", "-q", *graders, *of]),
    }
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        _seconds([*python, "graders", "grade", *numbers, *of, "--json", str(report)])
        timings: dict[str, float] = json.loads(report.read_text())["timings"]
    return row | timings


MANY = """
import sys
from graders.__main__ import ROOT
from graders.commands.running import run
from graders.kit.judge.katas import find, reference, select

[kata] = select(find(ROOT), [sys.argv[1]])
results = run([reference(kata)] * int(sys.argv[2]), seed=1, jobs=2)
sys.exit(results.status)
"""


def _further(kata: Kata) -> float:
    """Milliseconds of processor time of one more submission."""
    few, many = (_processor_seconds(kata, count) for count in (2, 2 + FURTHER))
    return (many - few) / FURTHER * 1000


def _processor_seconds(kata: Kata, count: int) -> float:
    """Of a whole process that grades the reference so many times, with all that it waited for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _seconds([sys.executable, "-c", MANY, kata.number, str(count)])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if done.returncode != 0:
        raise SystemExit(
            f"{' '.join(command)} failed:\n{done.stdout.decode()}{done.stderr.decode()}"
        )
    return time.perf_counter() - began


def _spread(values: list[float], digits: int = 2) -> str:
    middle, low, high = statistics.median(values), min(values), max(values)
    return f"{middle:.{digits}f} [{low:.{digits}f} {high:.{digits}f}]"


def _median(values: list[float]) -> str:
    value = statistics.median(values)
    return f"{value:.0f}" if value == int(value) else f"{value * 1000:.0f}"
