"""What the checks came to, for each kata: points, outcomes, words. The total never shrinks."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from graders.kit.shared.record import Finding

MAX_POINTS = 10
"""Of each kata."""


@dataclass
class Check:
    """One check of one kata: what it is worth, and what became of it.

    `outcome` is `passed`, `failed`, `error` (it could not run: the message
    says why), `timeout` or `skipped`.
    """

    check: str
    claim: str
    max_points: int
    catches: tuple[str, ...] = ()
    hint: list[str] = field(default_factory=list)
    outcome: str = "error"
    message: str = "it was never reached"
    where: str | None = None
    ran: bool = True
    """False if the submission is not there, not finished or not Python: no hint helps that."""
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    printed: str = ""
    """What the submission printed in the check's last scenario; of a failed check only."""
    seconds: float = 0.0

    @property
    def points(self) -> int:
        return self.max_points if self.outcome == "passed" else 0

    @property
    def misconception(self) -> str | None:
        """What the check names when it fails."""
        return self.catches[0] if self.catches and self.outcome == "failed" else None

    def plain(self) -> dict[str, Any]:
        return {
            "check": self.check,
            "claim": self.claim,
            "points": self.points,
            "max_points": self.max_points,
            "outcome": self.outcome,
            "message": self.message,
            "where": self.where,
            "misconception": self.misconception,
            "hint": self.hint,
            "printed": self.printed,
            "findings": [asdict(finding) for finding in self.findings],
        }


@dataclass
class KataScore:
    """The checks of one kata on one submission."""

    kata: str
    submission: str
    checks: list[Check] = field(default_factory=list)

    @property
    def points(self) -> int:
        return sum(check.points for check in self.checks)

    @property
    def max_points(self) -> int:
        return sum(check.max_points for check in self.checks) or MAX_POINTS

    @property
    def seconds(self) -> float:
        return sum(check.seconds for check in self.checks)

    @property
    def notes(self) -> list[str]:
        return list(dict.fromkeys(note for check in self.checks for note in check.notes))

    @property
    def outcome(self) -> str:
        """`passed`; `error` if a check could not run; else `failed`."""
        outcomes = {check.outcome for check in self.checks}
        if not outcomes or "error" in outcomes:
            return "error"
        return "passed" if outcomes == {"passed"} else "failed"

    def plain(self) -> dict[str, Any]:
        return {
            "kata": self.kata,
            "submission": self.submission,
            "points": self.points,
            "max_points": self.max_points,
            "outcome": self.outcome,
            "seconds": round(self.seconds, 3),
            "notes": self.notes,
            "checks": [check.plain() for check in self.checks],
        }


@dataclass
class Score:
    """A whole run. `seed` draws the same inputs again."""

    seed: int
    katas: list[KataScore]
    fault: str | None = None
    """Why something could not be graded, in one line: exit status 2."""
    notes: list[str] = field(default_factory=list)
    """What a person should know of the whole folder; costs nothing."""
    timings: dict[str, float] = field(default_factory=dict)
    """Real seconds."""
    witness: str = "none"
    """Who saw from outside whether a loop was blocked: `kernel`, or `none`."""

    @property
    def points(self) -> int:
        return sum(kata.points for kata in self.katas)

    @property
    def max_points(self) -> int:
        return sum(kata.max_points for kata in self.katas)

    @property
    def status(self) -> int:
        """The exit status: 0 all passed, 1 some did not, 2 could not grade."""
        if self.fault or any(kata.outcome == "error" for kata in self.katas):
            return 2
        return 0 if all(kata.outcome == "passed" for kata in self.katas) else 1

    def plain(self) -> dict[str, Any]:
        """The JSON report, schema 1: described in docs/report.md."""
        return {
            "schema": 1,
            "seed": self.seed,
            "points": self.points,
            "max_points": self.max_points,
            "status": self.status,
            "fault": self.fault,
            "notes": self.notes,
            "witness": self.witness,
            "timings": {name: round(seconds, 4) for name, seconds in self.timings.items()},
            "katas": [kata.plain() for kata in self.katas],
        }


def rubric(docstring: str | None) -> tuple[str, list[str]]:
    """The claim and the hint's steps: the first paragraph, and each of the others."""
    paragraphs = [" ".join(p.split()) for p in (docstring or "").strip().split("\n\n")]
    return paragraphs[0], [p for p in paragraphs[1:] if p]
