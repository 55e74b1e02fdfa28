"""Grades everything again and again on a busy machine, and counts the verdicts that change.

Every round draws other inputs, so it is not the same run repeated: a verdict
that depends on what was drawn shows here too.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from graders.__main__ import ROOT
from graders.commands.running import run
from graders.kit.judge import rules
from graders.kit.judge.katas import Submission, find, select

Verdicts = dict[tuple[str, str], tuple[str, int]]
"""The outcome and the points of each check on each answer."""


def measure(words: list[str], rounds: int, burners: int) -> int:
    """Prints how many verdicts were compared and how many differed; 1 if any did."""
    katas = select(find(ROOT), words)
    submissions = [s for kata in katas for s in rules.submissions(kata)]
    print(f"{len(submissions)} answers to {len(katas)} katas, {rounds} rounds, ", end="")
    print(f"{burners} busy processes on {os.cpu_count()} cores", flush=True)
    quiet = verdicts(submissions)
    compared = differed = 0
    with busy(burners):
        for number in range(1, rounds + 1):
            began = time.monotonic()
            seen = verdicts(submissions)
            changed = [key for key in quiet if seen.get(key) != quiet[key]]
            compared, differed = compared + len(quiet), differed + len(changed)
            for answer, check in changed:
                was, now = quiet[answer, check], seen.get((answer, check))
                print(f"  {answer} {check}: {was} alone, {now} in round {number}")
            print(
                f"round {number:2}: {time.monotonic() - began:5.1f} s, {len(changed)} differ",
                flush=True,
            )
    print(f"{compared} verdicts compared, {differed} differed")
    return 1 if differed else 0


def verdicts(submissions: list[Submission]) -> Verdicts:
    results = run(submissions)
    if results.fault:
        raise SystemExit(f"could not grade: {results.fault}")
    return {
        (f"{kata.kata} {kata.submission}", check.spec.name): (check.outcome, check.points)
        for kata in results.katas
        for check in kata.checks
    }


@contextlib.contextmanager
def busy(count: int) -> Iterator[None]:
    """So many processes that compute as long as this one lives, however it ends."""
    command = [sys.executable, "-c", f"import os\nwhile os.getppid() == {os.getpid()}: pass"]
    burners = [subprocess.Popen(command, cwd=Path(__file__).parent) for _ in range(count)]
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()
