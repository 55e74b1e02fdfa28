"""Where the time of a verdict goes, beside what plain pytest takes for the same kata."""

from __future__ import annotations

import json
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


def measure(words: list[str], rounds: int) -> int:
    """Prints medians of whole processes, and of their parts, in one run."""
    katas = select(find(ROOT), words)
    wholes = Table("kata", *WHOLES, box=None, padding=(0, 2))
    parts = Table("kata", *PARTS, box=None, padding=(0, 2))
    for name, chosen in [(k.number, [k]) for k in katas] + [("all", katas)]:
        rows = [_round(chosen) for _ in range(rounds)]
        wholes.add_row(name, *(_spread([row[whole] for row in rows]) for whole in WHOLES))
        parts.add_row(name, *(_median([row.get(part, 0.0) for row in rows]) for part in PARTS))
    console = Console(highlight=False, markup=False, width=110)
    console.print(f"seconds of whole processes, median [min max] of {rounds}; references, warm")
    console.print(wholes)
    console.print("\nmilliseconds within the command; forks, scenarios and database are sums over")
    console.print("children, which run side by side and beside the import of pytest")
    console.print(parts)
    return 0


WHOLES = ("nox -s grade", "python -m graders", "plain pytest")
PARTS = ("pytest import", "collection", "checks", "fork", "scenario", "database", "scenarios run")


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


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if done.returncode != 0:
        raise SystemExit(
            f"{' '.join(command)} failed:\n{done.stdout.decode()}{done.stderr.decode()}"
        )
    return time.perf_counter() - began


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} [{min(values):.2f} {max(values):.2f}]"


def _median(values: list[float]) -> str:
    value = statistics.median(values)
    return f"{value:.0f}" if value == int(value) else f"{value * 1000:.0f}"
