"""What a grader says, read once: its checks and scenarios. A run is a loop over submissions."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from graders.kit.judge.katas import Kata, docstring

Scenario = Callable[..., Any]
"""A function of a grader whose first parameter is `kata`, and that a check observes."""


class Skipped(Exception):
    """A check says that it does not apply; the text says why."""


@dataclass(frozen=True)
class CheckSpec:
    """One check of a grader: what it claims, what it is worth, how to run it."""

    name: str
    claim: str
    hint: tuple[str, ...] = ()
    points: int = 0
    call: Callable[[Any], Awaitable[None]] | None = field(default=None, compare=False)
    """Runs it with an `Observe`. Raises `AssertionError` for what is not met, `Skipped`, and
    whatever goes wrong in it."""


@dataclass(frozen=True)
class WrongAnswer:
    """What a wrong answer says of itself: its first line is the mistake in plain words."""

    path: Path
    mistake: str
    fails: tuple[str, ...]
    """The checks that catch the mistake."""
    also: tuple[str, ...]
    """Those that fail with them."""

    @property
    def name(self) -> str:
        """What it is called in reports: the name of its file, without the suffix."""
        return self.path.stem

    @property
    def all_failed(self) -> frozenset[str]:
        """The names of all checks that it must fail."""
        return frozenset(self.fails + self.also)


@dataclass(frozen=True)
class Rubric:
    """A kata's grader. One that cannot be read has a `fault`, and no checks."""

    kata: Kata
    checks: tuple[CheckSpec, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    fault: str | None = None
    others: tuple[Scenario, ...] = ()
    """Functions that no check names, and that could be scenarios: `look` shows them as well."""

    @cached_property
    def wrong(self) -> tuple[WrongAnswer, ...]:
        """The wrong answers that the kata knows; read when they are first asked for."""
        return tuple(wrong_answer(path) for path in self.kata.wrong)


def claim_and_hint(docstring: str | None) -> tuple[str, tuple[str, ...]]:
    """The claim and the hint's steps: the first paragraph, and each bullet (`- ...`) after it.

    A bullet goes on until the next one or an empty line; what is neither is read by nobody.
    """
    claim, _, rest = (docstring or "").strip().partition("\n\n")
    bullets = re.split(r"^\s*- ", rest, flags=re.MULTILINE)[1:]
    steps = (" ".join(bullet.split("\n\n")[0].split()) for bullet in bullets)
    return " ".join(claim.split()), tuple(steps)


def wrong_answer(path: Path) -> WrongAnswer:
    """Reads the docstring of a wrong answer: the mistake, `Fails:` and `Also fails:`.

    The names after either may go on over several lines. A file that says nothing, or is no
    Python, has empty fields.
    """
    mistake, _, rest = docstring(path).partition("\n\n")
    said: dict[str, list[str]] = {"Fails": [], "Also fails": []}
    names: list[str] | None = None
    for line in rest.splitlines():
        label, colon, more = line.partition(":")
        if colon and label in said:
            names, line = said[label], more
        elif not line.strip():
            names = None
        if names is not None:
            names += re.findall(r"\w+", line)
    fails, also = (tuple(names) for names in said.values())
    return WrongAnswer(path, " ".join(mistake.split()), fails, also)
