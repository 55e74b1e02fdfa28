"""Grades everything again and again, and counts the verdicts that change.

Nothing but an answer may decide its verdict. So each round has another seed, which draws other
inputs, and is disturbed: by processes that compute beside it, by somebody who stops the judge, its
fork server and its children again and again, and lets them go on.
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

STOPPER = Path(__file__).with_name("stopper.py")


def measure(words: list[str], rounds: int, burners: int, seeds: int | None, stops: bool) -> int:
    """Prints how many verdicts were compared and how many differed; 1 if any did.

    With `seeds`, round N has the seed N, as many times; else `rounds` have seeds by chance.
    """
    katas = select(find(ROOT), words)
    submissions = [s for kata in katas for s in rules.submissions(kata)]
    drawn = list(range(1, seeds + 1)) if seeds else [None] * rounds
    print(f"{len(submissions)} answers to {len(katas)} katas, {len(drawn)} rounds, ", end="")
    print(f"{burners} busy processes on {os.cpu_count()} cores", end="")
    print(", stopped again and again" if stops else "", flush=True)
    quiet = verdicts(submissions)
    compared = differed = 0
    with busy(burners):
        for number, seed in enumerate(drawn, 1):
            began = time.monotonic()
            with stopped() if stops else contextlib.nullcontext():
                seen = verdicts(submissions, seed)
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


def verdicts(submissions: list[Submission], seed: int | None = None) -> Verdicts:
    """Grades them once."""
    results = run(submissions, seed=seed)
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
    with contextlib.ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(_ended(subprocess.Popen(command, cwd=Path(__file__).parent)))
        yield


@contextlib.contextmanager
def stopped() -> Iterator[None]:
    """This process and all that it starts stand still for a while, again and again."""
    with _ended(subprocess.Popen([sys.executable, str(STOPPER), str(os.getpid())])):
        yield


@contextlib.contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        process.wait()
