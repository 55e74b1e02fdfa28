"""One run of the graders: what to grade, and what the checks came to."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from graders.kit.judge import contract
from graders.kit.judge.databases import Databases
from graders.kit.judge.judge import Judge, Submission
from graders.kit.judge.katas import Kata
from graders.kit.judge.process import Launcher, launcher
from graders.kit.judge.score import Check, KataScore, Score
from graders.kit.stage.props import MODULES

Progress = Callable[[KataScore, Check], None]


@dataclass(eq=False)
class Grading:
    """The submissions of some katas, and their scores as they come in.

    Made before pytest is imported, so that the warm parent of the children
    can import what they need at the same time.
    """

    root: Path
    submissions: list[Submission]
    seed: int = field(default_factory=lambda: random.SystemRandom().randrange(10**6))
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    url: str | None = None
    """Of another PostgreSQL than the embedded one."""
    progress: Progress | None = None
    scores: dict[tuple[str, Path], KataScore] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    _launcher: Launcher | None = None

    def warm_up(self) -> Launcher:
        """Starts the parent of the children, once."""
        if self._launcher is None:
            katas = list(dict.fromkeys(submission.kata for submission in self.submissions))
            self._launcher = launcher(
                self.root, _modules(katas), [str(kata.grader) for kata in katas]
            )
        return self._launcher

    def judge(self) -> Judge:
        return Judge(self.warm_up(), self.seed, self.jobs, Databases(self.url))

    def of(self, kata: str) -> list[Submission]:
        return [s for s in self.submissions if s.kata.name == kata]

    def expect(self, submission: Submission, check: Check) -> None:
        """Puts a check into the score before it runs: what never runs still counts."""
        key = (submission.kata.name, submission.path)
        score = self.scores.setdefault(key, KataScore(submission.kata.name, submission.label))
        score.checks.append(check)

    def score(self) -> Score:
        """In the order of the submissions; one that no check ran for has none of its points."""
        katas = [
            self.scores.get((s.kata.name, s.path), KataScore(s.kata.name, s.label))
            for s in self.submissions
        ]
        return Score(self.seed, katas, "; ".join(dict.fromkeys(self.faults)) or None)


def exercises(katas: list[Kata], folder: Path) -> list[Submission]:
    """One folder's answer to each kata, there or not."""
    return [Submission(kata, folder / kata.file) for kata in katas]


def _modules(katas: list[Kata]) -> list[str]:
    """What the katas' scenarios, props and references import: the children will need it too."""
    names: dict[str, None] = {}
    for kata in katas:
        source = kata.grader.read_text()
        names |= dict.fromkeys(module for prop, module in MODULES.items() if prop in source)
        names |= dict.fromkeys(contract.imports(kata.solution))
    return list(names)
