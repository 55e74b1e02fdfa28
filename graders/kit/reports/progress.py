"""A line that moves while checks run; it leaves nothing behind."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from graders.kit.judge.grading import Grading
from graders.kit.judge.score import Check


@contextlib.contextmanager
def moving(grading: Grading) -> Iterator[None]:
    """Shows on standard error how many of the grading's checks are done."""
    columns = (
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task("", total=None)

        def done(check: Check) -> None:
            total = sum(len(score.checks) for score in grading.scores.values())
            bar.update(task, total=total, advance=1, description=check.claim)

        grading.progress = done
        yield
