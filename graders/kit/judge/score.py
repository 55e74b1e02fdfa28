"""What a run came to, as plain data: points, outcomes, words. The total never shrinks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from graders.kit.judge.rubric import CheckSpec, WrongAnswer
from graders.kit.shared.record import Finding

MAX_POINTS = 10
"""Of each kata."""


@dataclass
class CheckResult:
    """One check of one kata on one submission.

    `outcome` is `passed`, `failed`, `error` (it could not be graded: the message
    says why), `timeout` or `skipped`.
    """

    spec: CheckSpec
    outcome: str = "error"
    message: str = "it was never reached"
    where: str | None = None
    ran: bool = True
    """False if the submission is not there, not finished or not Python: no hint helps that."""
    findings: list[Finding] = field(default_factory=list)
    printed: str = ""
    """What the submission printed in the check's last scenario; of a failed check only."""
    seconds: float = 0.0
    misconception: str | None = None
    """The wrong answer that makes the same mistake, by all that is known; see `diagnose`."""

    @property
    def points(self) -> int:
        """What was earned: all that the check is worth, or nothing."""
        return self.spec.points if self.outcome == "passed" else 0

    def plain(self) -> dict[str, Any]:
        """As JSON types, by the keys of docs/report.md."""
        return {
            "check": self.spec.name,
            "claim": self.spec.claim,
            "points": self.points,
            "max_points": self.spec.points,
            "outcome": self.outcome,
            "message": self.message,
            "where": self.where,
            "misconception": self.misconception,
            "hint": list(self.spec.hint),
            "printed": self.printed,
            "findings": [asdict(finding) for finding in self.findings],
        }


@dataclass
class KataResult:
    """One kata on one submission. It is graded as a whole, or not at all: with a `fault`, none of
    its points are earned or lost."""

    kata: str
    submission: str
    checks: list[CheckResult] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    fault: str | None = None
    """Why it could not be graded, in one line."""
    path: Path | None = None
    """The file that was graded."""
    records: Path | None = None
    """The file with what its scenarios saw."""

    @property
    def points(self) -> int:
        """What was earned."""
        return 0 if self.fault else sum(check.points for check in self.checks)

    @property
    def max_points(self) -> int:
        """What all checks are worth; `MAX_POINTS` if none is known."""
        return sum(check.spec.points for check in self.checks) or MAX_POINTS

    @property
    def not_graded(self) -> int:
        """Points that were neither earned nor lost, because something of ours went wrong."""
        return self.max_points if self.outcome == "error" else 0

    @property
    def seconds(self) -> float:
        """Real seconds that its checks took, scenarios included."""
        return sum(check.seconds for check in self.checks)

    @property
    def outcome(self) -> str:
        """`passed`; `error` if it could not be graded; else `failed`."""
        outcomes = {check.outcome for check in self.checks}
        if self.fault or not outcomes or "error" in outcomes:
            return "error"
        return "passed" if outcomes == {"passed"} else "failed"

    def diagnose(self, wrong: Iterable[WrongAnswer]) -> None:
        """Names the misconception of each failed check, if there is no doubt about it.

        There is none where exactly one wrong answer says that it fails these checks and no others.
        What did not run at all has no misconception, and what could not be graded shows none.
        """
        lost = [check for check in self.checks if check.outcome != "passed"]
        if not all(check.ran and check.outcome in ("failed", "timeout") for check in lost):
            return
        failed = {check.spec.name for check in lost}
        match [answer.name for answer in wrong if answer.all_failed == failed]:
            case [name]:
                for check in lost:
                    check.misconception = name

    def plain(self) -> dict[str, Any]:
        """As JSON types, by the keys of docs/report.md."""
        return {
            "kata": self.kata,
            "submission": self.submission,
            "points": self.points,
            "max_points": self.max_points,
            "not_graded": self.not_graded,
            "outcome": self.outcome,
            "fault": self.fault,
            "seconds": round(self.seconds, 3),
            "notes": self.notes,
            "checks": [check.plain() for check in self.checks],
        }


@dataclass
class Results:
    """A whole run. `seed` draws the same inputs again."""

    seed: int
    katas: list[KataResult] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What a person should know of the whole folder; costs nothing."""
    timings: dict[str, float] = field(default_factory=dict)
    """Real seconds, and how many scenarios ran."""
    witness: str = "none"
    """Who saw from outside whether a loop was blocked: `kernel`, or `none`."""

    @property
    def fault(self) -> str | None:
        """Why something could not be graded, in one line: exit status 2."""
        return "; ".join(dict.fromkeys(k.fault for k in self.katas if k.fault)) or None

    @property
    def points(self) -> int:
        """What was earned with all katas."""
        return sum(kata.points for kata in self.katas)

    @property
    def max_points(self) -> int:
        """What all katas are worth, graded or not."""
        return sum(kata.max_points for kata in self.katas)

    @property
    def not_graded(self) -> int:
        """Points of the katas that could not be graded."""
        return sum(kata.not_graded for kata in self.katas)

    @property
    def status(self) -> int:
        """The exit status: 0 all passed, 1 some did not, 2 could not grade."""
        if any(kata.outcome == "error" for kata in self.katas):
            return 2
        return 0 if all(kata.outcome == "passed" for kata in self.katas) else 1

    def plain(self) -> dict[str, Any]:
        """The JSON report, schema 1: described in docs/report.md."""
        return {
            "schema": 1,
            "seed": self.seed,
            "points": self.points,
            "max_points": self.max_points,
            "not_graded": self.not_graded,
            "status": self.status,
            "fault": self.fault,
            "notes": self.notes,
            "witness": self.witness,
            "timings": {name: round(seconds, 4) for name, seconds in self.timings.items()},
            "katas": [kata.plain() for kata in self.katas],
        }
