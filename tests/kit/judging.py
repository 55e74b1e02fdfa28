"""Grades in the test's own process, on a judge that the test has made and may have sabotaged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from graders.conftest import read
from graders.kit.judge.judge import Judge, Run
from graders.kit.judge.katas import Kata, Submission, find, select
from graders.kit.judge.rubric import Rubric
from graders.kit.judge.score import Results

ROOT = Path(__file__).parents[2]


def kata(name: str, root: Path = ROOT) -> Kata:
    """The one kata of that name in the workspace at `root`."""
    [found] = select(find(root), [name])
    return found


def rubrics(katas: Iterable[Kata]) -> Mapping[str, Rubric]:
    return read(list(katas))


async def graded(
    judge: Judge, submissions: Iterable[Submission], known: Mapping[str, Rubric], seed: int = 1
) -> Results:
    """One run."""
    return await judge.results(Run(tuple(submissions), seed), known)
