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
    each = Table("kata", "nox", "command", "plain pytest", box=None, padding=(0, 2))
    parts = Table("milliseconds of", *PARTS, box=None, padding=(0, 2))
    for name, chosen in [(k.number, [k]) for k in katas] + [("all", katas)]:
        rows = [_round(chosen) for _ in range(rounds)]
        each.add_row(
            name, *(_spread([row[c] for row in rows]) for c in ("nox", "command", "pytest"))
        )
        parts.add_row(name, *(_median([row.get(part, 0.0) for row in rows]) for part in PARTS))
    console = Console(highlight=False)
    console.print(f"seconds of whole processes, median [min max] of {rounds}; references, warm")
    console.print(each)
    console.print(
        "\nof which, in the command (parts overlap; forks and scenarios are sums over children)"
    )
    console.print(parts)
    return 0


PARTS = ("pytest import", "collection", "checks", "fork", "scenario", "database", "scenarios run")


def _round(katas: Sequence[Kata]) -> dict[str, float]:
    numbers = [kata.number for kata in katas]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        grade = ["grade", *numbers, "--of", "solutions", "--json", str(report)]
        row = {"command": _seconds([sys.executable, "-m", "graders", *grade])}
        row |= json.loads(report.read_text())["timings"]
    nox = ["nox", "-s", "grade", "--", *numbers, "--of", "solutions"]
    row["nox"] = _seconds(nox)
    graders = [str(kata.grader) for kata in katas]
    row["pytest"] = _seconds([sys.executable, "-m", "pytest", "-q", *graders, "--of", "solutions"])
    return row


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
