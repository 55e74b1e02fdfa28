"""What a learner reads for every wrong answer, as files: a review sees each sentence that changes.

`python -m tests.golden` writes them again.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from graders.__main__ import ROOT
from graders.commands.running import run
from graders.kit.judge.katas import Kata, Submission, find
from graders.kit.judge.score import KataResult, Results
from graders.kit.reports.terminal import Terminal
from graders.kit.shared.record import Finding

FOLDER = Path(__file__).parent
SEED = 1
WIDTH = 100


def texts(katas: Iterable[Kata]) -> Iterator[tuple[Path, str]]:
    """For each wrong answer of the katas its file below `FOLDER`, and what a learner reads now.

    Raises `RuntimeError` where something could not be graded.
    """
    submissions = [Submission(kata, path) for kata in katas for path in kata.wrong]
    results = run(submissions, seed=SEED, jobs=os.cpu_count())
    if results.fault:
        raise RuntimeError(results.fault)
    known = {submission.kata.name: submission.kata for submission in submissions}
    for submission, result in zip(submissions, results.katas, strict=True):
        _forget_real_time(result)
        yield _file(submission), _shown(result, known)


def _forget_real_time(result: KataResult) -> None:
    """Leaves out what threads and the database decide, in real time. Who waits for them waits for
    parts of a second: 0 s here. How many others had to wait depends on who has come by then: 1.

    Sleep is on the virtual clock, and stays what it is.
    """
    for check in result.checks:
        if "time.sleep" not in check.message:
            check.message = re.sub(r"event loop for 0\.\d+ s", "event loop for 0 s", check.message)
        check.findings = [_without_real_time(found) for found in check.findings]


def _without_real_time(found: Finding) -> Finding:
    short = found.family != "sleep" and found.seconds is not None and found.seconds < 1
    held_up = found.held_up and 1
    return replace(found, seconds=0.0 if short else found.seconds, held_up=held_up)


def _file(submission: Submission) -> Path:
    return FOLDER / submission.kata.name / f"{submission.path.stem}.txt"


def _shown(result: KataResult, katas: dict[str, Kata]) -> str:
    """The report of one kata, without its head and foot."""
    said = io.StringIO()
    console = Console(
        file=said, width=WIDTH, highlight=False, force_terminal=True, color_system=None
    )
    Terminal(katas, console).report(Results(SEED, [result]))
    lines = said.getvalue().splitlines()
    first = lines.index(result.kata)
    last = next(n for n, line in enumerate(lines) if line.startswith(f"{result.points} of "))
    return "\n".join(line.rstrip() for line in lines[first + 1 : last]).strip("\n") + "\n"


def write() -> None:
    """Writes all files, and removes those of wrong answers that are gone."""
    kept = set()
    for path, text in texts(find(ROOT)):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        kept.add(path)
    for path in FOLDER.rglob("*.txt"):
        if path not in kept:
            path.unlink()
