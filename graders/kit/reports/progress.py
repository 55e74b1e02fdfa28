"""A line that moves while submissions are graded; it leaves nothing behind."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from graders.kit.judge.score import KataResult


@contextlib.contextmanager
def moving(total: int) -> Iterator[Callable[[KataResult], None]]:
    """Shows on standard error how many of the submissions are graded; call it with each."""
    columns = (
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda result: bar.update(task, advance=1, description=result.kata)
