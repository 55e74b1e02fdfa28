"""The record of one scenario: plain data that both sides of the boundary share.

The child fills it, the judge reads it; `codec` takes it across.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from types import SimpleNamespace
from typing import Any

Plain = Any
"""None, bool, int, float, str, bytes, list, tuple, set, dict, `Raised`, `Foreign`, a namespace."""


@dataclass(frozen=True)
class Line:
    """A place in the watched code: `file` relative to its folder, `line` from 1."""

    file: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Call:
    """One call of a fake: when, with what, how it ended, and on which thread."""

    name: str
    args: Plain
    kwargs: Plain
    started: float
    ended: float | None
    outcome: str
    """`returned`, `raised`, `cancelled` or `pending`."""
    thread: str
    """`loop` for the event loop's own thread, else `worker`."""
    order: tuple[int, int | None] = (0, None)
    """Positions of its start and its end among all starts and ends."""


@dataclass(frozen=True)
class Finding:
    """What an instrument holds against the code, and where.

    `kind` is `blocking` or `leak`; `family` narrows it (`sleep`, `file`,
    `task`, `client`, ...); `seconds` is how long, where that means anything.
    """

    kind: str
    family: str
    call: str
    file: str | None = None
    line: int | None = None
    seconds: float | None = None
    detail: str = ""
    step: int | None = None
    """On which step of the event loop, counted from 1."""
    held_up: int | None = None
    """How many others were ready meanwhile, and had to wait."""

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}" if self.file else "somewhere below your code"


@dataclass(frozen=True)
class Raised:
    """An exception, as data. `bases` are the names of its classes, its own first."""

    type: str
    message: str
    bases: tuple[str, ...]
    file: str | None = None
    line: int | None = None
    cause: Raised | None = None
    context: Raised | None = None
    exceptions: tuple[Raised, ...] = ()

    def is_a(self, name: str) -> bool:
        """Would `except name` have caught it?"""
        return name in self.bases

    def __str__(self) -> str:
        return f"{self.type}: {self.message}" if self.message else self.type


@dataclass(frozen=True, eq=False)
class Foreign:
    """A value that is not plain data; `text` is what it looked like. Equals nothing."""

    type: str
    text: str

    def __str__(self) -> str:
        article = "an" if self.type[:1] in "AEIOUaeiou" else "a"
        return f"{article} {self.type} ({self.text})"

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return False

    def __hash__(self) -> int:
        return id(self)


def most_in_flight(calls: Iterable[Any]) -> int:
    """How many were under way at once, by the `order` of starts and ends, not by time."""
    orders = [call.order for call in calls]
    marks = [(start, 1) for start, _ in orders]
    marks += [(end, -1) for _, end in orders if end is not None]
    return max(accumulate(step for _, step in sorted(marks)), default=0)


class Calls(list[Call]):
    """Calls of one fake, in the order they started."""

    @property
    def most_in_flight(self) -> int:
        """How many were under way at once, by order of starts and ends, not by time."""
        return most_in_flight(self)

    @property
    def threads(self) -> set[str]:
        return {call.thread for call in self}


@dataclass
class Record:
    """What one scenario saw. Times are seconds on the scenario's clock, from 0."""

    scenario: str
    inputs: SimpleNamespace = field(default_factory=SimpleNamespace)
    result: Plain = None
    elapsed: float = 0.0
    all_calls: list[Call] = field(default_factory=list)
    blocking: list[Finding] = field(default_factory=list)
    leaks: list[Finding] = field(default_factory=list)
    extras: dict[str, Plain] = field(default_factory=dict)
    """What further instruments saw, by instrument."""
    lines: dict[str, int] = field(default_factory=dict)
    """Where each function of the submission that was used is defined."""
    output: str = ""
    notes: list[str] = field(default_factory=list)

    def calls(self, name: str) -> Calls:
        return Calls(call for call in self.all_calls if call.name == name)

    @property
    def findings(self) -> list[Finding]:
        return [*self.blocking, *self.leaks]


def raised(value: Plain) -> Iterator[Raised]:
    """Every exception in a result."""
    match value:
        case Raised():
            yield value
        case SimpleNamespace():
            yield from raised(vars(value))
        case dict():
            yield from raised([*value.values()])
        case list() | tuple():
            for item in value:
                yield from raised(item)


def moment(seconds: float) -> float:
    """A time to the nanosecond, so that ten tenths of a second are one second."""
    return round(seconds, 9)
