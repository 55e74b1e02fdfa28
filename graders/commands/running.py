"""Runs of the judge, for the commands that grade."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from graders.kit.judge.judge import Judge, Run
from graders.kit.judge.katas import Kata, Submission
from graders.kit.judge.score import KataResult, Results


def run(
    submissions: Sequence[Submission],
    *,
    seed: int | None = None,
    jobs: int | None = None,
    records: Path | None = None,
) -> Results:
    """Grades submissions once, with a line that moves if there is a terminal."""
    chosen = list(dict.fromkeys(submission.kata for submission in submissions))
    with judging(chosen, jobs) as grade:
        return grade(submissions, seed, records)


@contextlib.contextmanager
def judging(chosen: Sequence[Kata], jobs: int | None) -> Iterator[Callable[..., Results]]:
    """A judge for these katas, and a function that has it grade submissions of theirs."""
    judge = Judge(chosen, jobs=jobs, url=os.environ.get("DATABASE_URL"))
    with asyncio.Runner() as loop:
        loop.run(judge.__aenter__())
        try:
            # Imports pytest: meanwhile the judge's fork server is at work.
            from graders.conftest import read

            rubrics = read(chosen)

            async def graded(what: Run, records: Path | None) -> Results:
                with _progress(len(what.submissions)) as done:
                    return await judge.results(what, rubrics, records, done)

            def grade(
                submissions: Sequence[Submission], seed: int | None, records: Path | None = None
            ) -> Results:
                what = Run(tuple(submissions)) if seed is None else Run(tuple(submissions), seed)
                return loop.run(graded(what, records))

            yield grade
        finally:
            loop.run(judge.__aexit__(None, None, None))


@contextlib.contextmanager
def _progress(total: int) -> Iterator[Callable[[KataResult], None]]:
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from graders.kit.reports.progress import moving

    with moving(total) as done:
        yield done
