"""What a grader says, read once: its checks and scenarios. A run is a loop over submissions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from graders.kit.judge.katas import Kata

Scenario = Callable[..., Any]
"""A function of a grader whose first parameter is `kata`."""


class Skipped(Exception):
    """A check says that it does not apply; the text says why."""


@dataclass(frozen=True)
class CheckSpec:
    """One check of a grader: what it claims, what it is worth, how to run it."""

    name: str
    claim: str
    hint: tuple[str, ...] = ()
    points: int = 0
    catches: tuple[str, ...] = ()
    """Wrong answers that must fail it."""
    call: Callable[[Any], Awaitable[None]] | None = field(default=None, compare=False)
    """Runs it with an `Observe`. Raises `AssertionError` for what is not met, `Skipped`, and
    whatever goes wrong in it."""


@dataclass(frozen=True)
class Rubric:
    """A kata's grader. One that cannot be read has a `fault`, and no checks."""

    kata: Kata
    checks: tuple[CheckSpec, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    fault: str | None = None


def claim_and_hint(docstring: str | None) -> tuple[str, tuple[str, ...]]:
    """The claim and the hint's steps: the first paragraph, and each of the others."""
    paragraphs = [" ".join(p.split()) for p in (docstring or "").strip().split("\n\n")]
    return paragraphs[0], tuple(p for p in paragraphs[1:] if p)
