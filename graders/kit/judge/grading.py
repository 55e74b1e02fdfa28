"""One run of the graders: what to grade, and what the checks came to."""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from graders.kit.child.arguments import MODULES
from graders.kit.judge import contract
from graders.kit.judge.child import Launcher
from graders.kit.judge.databases import Databases
from graders.kit.judge.forks import Forks
from graders.kit.judge.judge import Judge, Submission
from graders.kit.judge.katas import Kata
from graders.kit.judge.score import Check, KataScore, Score
from graders.kit.judge.spawns import Spawns

Progress = Callable[[Check], None]


@dataclass(eq=False)
class Grading:
    """The submissions of some katas, and their scores as they come in.

    Made before pytest is imported, so that the warm parent of the children
    can import what they need at the same time.
    """

    submissions: list[Submission]
    seed: int = field(default_factory=lambda: random.SystemRandom().randrange(10**6))
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    url: str | None = None
    """Of another PostgreSQL than the embedded one."""
    progress: Progress | None = None
    scores: dict[tuple[str, Path], KataScore] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    """Where the time went, in real seconds: of interest to the bench, never to a verdict."""
    witness: str = "none"
    _launcher: Launcher | None = None
    _lap: float = field(default_factory=time.perf_counter)

    def lap(self, name: str) -> None:
        """The time since the last lap went into this."""
        now = time.perf_counter()
        self.timings[name] = now - self._lap
        self._lap = now

    def warm_up(self, katas: Iterable[Kata] = ()) -> Launcher:
        """Starts the parent of the children, once; without a word for all katas."""
        if self._launcher is None:
            asked = katas or (submission.kata for submission in self.submissions)
            self._launcher = _launcher(list(dict.fromkeys(asked)))
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

    def doubtful(self) -> list[Submission]:
        """The references of the katas where a check broke down, rather than passed or failed."""
        broken = {name for (name, _), score in self.scores.items() if score.outcome == "error"}
        katas = dict.fromkeys(s.kata for s in self.submissions if s.kata.name in broken)
        return [Submission(kata, kata.solution) for kata in katas]

    def arbitrate(self, references: Grading) -> None:
        """A check that breaks down on the reference too is the grader's fault."""
        for (name, _), score in self.scores.items():
            sound = {
                check.check
                for (kata, _), reference in references.scores.items()
                for check in reference.checks
                if kata == name and check.outcome == "passed"
            }
            for check in score.checks:
                if check.outcome != "error":
                    continue
                if check.check in sound:
                    check.outcome = "failed"
                    if not check.message.startswith("it raised"):
                        check.message = f"what came back could not be checked ({check.message})"
                elif not self.faults:
                    self.faults.append(f"{name}: {check.check} is broken: {check.message}")

    def score(self) -> Score:
        """In the order of the submissions; one that no check ran for has none of its points."""
        katas = [
            self.scores.get((s.kata.name, s.path), KataScore(s.kata.name, s.label))
            for s in self.submissions
        ]
        notes = [
            note
            for folder in dict.fromkeys(s.path.parent for s in self.submissions)
            for note in _hiding(folder)
        ]
        fault = "; ".join(dict.fromkeys(self.faults)) or None
        return Score(self.seed, katas, fault, notes, self.timings, self.witness)


def exercises(katas: list[Kata], folder: Path) -> list[Submission]:
    """One folder's answer to each kata, there or not."""
    return [Submission(kata, folder / kata.file) for kata in katas]


def _hiding(folder: Path) -> Iterator[str]:
    """Files beside the submissions that would hide a standard module from them."""
    for path in sorted(folder.glob("*.py")):
        if path.stem in sys.stdlib_module_names:
            yield (
                f"{path.name} has the name of a standard module: it is not used here, but whatever "
                "you run in that folder yourself imports it; rename it"
            )


def _launcher(katas: list[Kata]) -> Launcher:
    """Forks where that is sound, else spawns; `KATA_START=spawn` chooses."""
    if sys.platform != "linux" or os.environ.get("KATA_START") == "spawn":
        return Spawns()
    return Forks(_modules(katas), [str(kata.grader) for kata in katas])


def _modules(katas: list[Kata]) -> list[str]:
    """What the katas' props and references import: the children will need it too."""
    names: dict[str, None] = {}
    for kata in katas:
        props = contract.parameters(kata.grader)
        names |= dict.fromkeys(module for prop, module in MODULES.items() if prop in props)
        names |= dict.fromkeys(contract.imports(kata.solution))
    return list(names)
