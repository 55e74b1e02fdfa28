"""What a scenario may return beside plain data, as the judge reads it.

The child makes an object of an instrument (a response, a request, an ending); `codec` takes its
fields across and makes the class of the same name in `KINDS` of them, each field of the exact type
it is annotated with. Each of these classes prints itself as the part of a sentence that a message
needs: "`fetch` returned 7", "`GET /` was answered with status 404 and not found".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, is_dataclass
from types import SimpleNamespace
from typing import Any

from graders.kit.shared.http import Answer, Request, Response, Send, SocketMessage
from graders.kit.shared.plain import ExceptionData, Plain

# --- how an awaitable ended -----------------------------------------------------------------


@dataclass(frozen=True)
class Returned:
    """It returned `value`: "returned 7". Two are equal if their values are."""

    value: Plain
    at: float = field(default=0.0, compare=False)
    """Seconds on the scenario's clock."""

    def is_a(self, _name: str, /) -> bool:
        """False: nothing was raised."""
        return False

    def __str__(self) -> str:
        if isinstance(self.value, ExceptionData):
            return f"returned the exception {self.value}"
        return f"returned {self.value!r}"


@dataclass(frozen=True)
class Raised:
    """It raised `error`: "raised KeyError: 'x'"."""

    error: ExceptionData
    at: float = field(default=0.0, compare=False)
    """Seconds on the scenario's clock."""

    def is_a(self, name: str) -> bool:
        """Would `except name` have caught it? A check may ask, and a scenario."""
        error: Any = self.error
        if isinstance(error, BaseException):  # it becomes data on its way to the judge
            return any(base.__name__ == name for base in type(error).__mro__)
        return bool(error.is_a(name))

    def __str__(self) -> str:
        return f"raised {self.error}"


@dataclass(frozen=True)
class Cancelled:
    """It ended cancelled: "was cancelled". Equal to every other."""

    at: float = field(default=0.0, compare=False)
    """Seconds on the scenario's clock."""

    def is_a(self, name: str) -> bool:
        """Would `except name` have caught it?"""
        return name in ("CancelledError", "BaseException")

    def __str__(self) -> str:
        return "was cancelled"


Ending = Returned | Raised | Cancelled


@dataclass
class Ticks:
    """Of a neighbour on the loop: "ticked 3 times in 60 s"."""

    count: int = 0
    """At once, and once a second from then on."""
    seconds: float = 0.0
    """How long it was there."""

    def __str__(self) -> str:
        times = "once" if self.count == 1 else f"{self.count} times"
        return f"ticked {times} in {self.seconds:g} s"


# --- what was logged, and what was opened and closed ------------------------------------------


@dataclass(frozen=True)
class Logged:
    """One log record: "WARNING shop: no price"."""

    at: float
    """Seconds since the scenario began."""
    logger: str
    level: str
    """`DEBUG`, `INFO`, `WARNING`, `ERROR`, `CRITICAL`, or a name of the program's own."""
    message: str
    """With its arguments in place; as it was given, if they do not fit."""
    task: str
    """The name of the task that logged it; empty outside of tasks."""
    function: str
    """The function that logged it."""
    error: Plain = None
    """The exception that was logged with it: `ExceptionData` in a record."""
    extra: dict[str, Plain] = field(default_factory=dict)
    """What was given as `extra=`, or added by a filter of the logger."""

    def __str__(self) -> str:
        return f"{self.level} {self.logger}: {self.message}"


@dataclass
class Use:
    """One use of a resource: "rows was never closed". Times are seconds since the scenario began;
    None: it never happened."""

    name: str
    opened_at: float
    opened_by: str
    """The name of the task that opened it."""
    order: tuple[int, int | None]
    """Positions of its opening and of its end among all openings and ends."""
    exit_began_at: float | None = None
    exit_ended_at: float | None = None
    outcome: str = "open"
    """`open`, `closing`, `closed`, `cancelled` (the clean-up was) or `failed` (likewise)."""
    error: str = ""
    """The type of the exception that ended the use, such as `CancelledError`, or empty."""
    closed_by: str = ""
    """The task that ran the clean-up: not always the one that opened it."""

    def __str__(self) -> str:
        told = {
            "open": "was never closed",
            "closing": "was still being closed",
            "closed": "was closed",
            "cancelled": "was cancelled while it was being closed",
            "failed": "failed while it was being closed",
        }
        return f"{self.name} {told.get(self.outcome, self.outcome)}"


KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        *(Returned, Raised, Cancelled, Ticks),
        *(Send, Response, Answer, Request, SocketMessage),
        *(Logged, Use),
    )
}
"""The classes that come across as themselves, by the name of the class in the child."""


def exceptions(value: Plain) -> Iterator[ExceptionData]:
    """Every exception in a result."""
    match value:
        case ExceptionData():
            yield value
        case dict():
            yield from exceptions([*value.values()])
        case list() | tuple():
            for item in value:
                yield from exceptions(item)
        case _ if isinstance(value, SimpleNamespace) or is_dataclass(value):
            yield from exceptions(vars(value))
