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
        return f"returned {self.value!r}"


@dataclass(frozen=True)
class Raised:
    """It raised `error`: "raised KeyError: 'x'"."""

    error: ExceptionData
    at: float = field(default=0.0, compare=False)
    """Seconds on the scenario's clock."""

    def is_a(self, name: str) -> bool:
        """Would `except name` have caught it?"""
        return self.error.is_a(name)

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


# --- what travelled over HTTP ---------------------------------------------------------------


@dataclass(frozen=True)
class Send:
    """One message of the app: `size` bytes of body, with `more` to come or not."""

    at: float
    type: Plain
    size: int
    more: Plain


@dataclass
class Response:
    """What the app answered: "status 200 and {...}", or why it did not. Times are seconds since
    the scenario began; None: it never happened. What the app itself wrote may be of any type.

    It is filled while the response arrives: a hook that is given it when the response begins can
    go on reading `body` and `sends`. `text` and `data` are set at the end.
    """

    started_at: float
    first_byte_at: float | None = None
    """Of the body; the headers came at `sends[0].at`."""
    ended_at: float | None = None
    """The body was complete."""
    finished_at: float | None = None
    """The app returned: background tasks included."""
    status: Plain = None
    """500 if the app failed before it sent one."""
    headers: list[tuple[str, str]] = field(default_factory=list)
    """Names in lower case."""
    header: dict[str, str] = field(default_factory=dict)
    """By name in lower case; several of one name are joined by commas."""
    body: bytes = b""
    text: str = ""
    data: Plain = None
    """The body as JSON, if it is that."""
    sends: list[Send] = field(default_factory=list)
    """Even what came after the client had left."""
    error: Plain = None
    """What escaped the app: an exception where it runs, `ExceptionData` in a record."""
    left: bool = False
    """The client left before the body was complete."""

    @property
    def took(self) -> float | None:
        """Seconds from the request to the end of the body."""
        return None if self.ended_at is None else round(self.ended_at - self.started_at, 9)

    def __str__(self) -> str:
        if self.error:
            return f"status {self.status}, because the app raised {self.error}"
        if self.left:
            return "nothing before the client left"
        return f"status {self.status} and {self.text or 'nothing'}"


@dataclass(frozen=True)
class Answer:
    """What a server answered over a socket: "status 200 and {...}"."""

    status: int
    text: str

    def __str__(self) -> str:
        return f"status {self.status} and {self.text or 'nothing'}"


@dataclass
class Request:
    """One request as the upstream saw it: "GET /posts/7". Times in seconds since the scenario
    began."""

    at: float
    method: str
    url: str
    path: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes
    timeout: Plain
    """`connect`, `read`, `write` and `pool`, in seconds, as the client sent them."""
    sync: bool
    order: tuple[int, int | None]
    """Positions of its start and its end among all starts and ends."""
    ended: float | None = None
    outcome: str = "pending"
    """`answered`, `failed`, `timed out`, `cancelled` or `pending`."""
    client: int = 0
    """Which httpx client asked: numbered from 1, in the order of their first requests."""
    chunks: int = 0
    """How many chunks of the answer's body were sent, if it came chunk by chunk."""
    body_ended: float | None = None
    """When the last of these chunks was sent; None if that never happened."""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


# --- what the judge saw itself -----------------------------------------------------------------


@dataclass
class Statement:
    """A statement of the submission, as the database saw it: its SQL is its `str()`."""

    sql: str
    parameters: int
    """How many parameters it had."""
    values: list[str | None]
    """The parameters as text."""
    executed: bool
    """False if it was only prepared."""
    rows: int
    """How many rows the server sent for it."""
    error: str | None
    """The SQLSTATE it failed with, `57014` for a cancelled one."""

    def __str__(self) -> str:
        return self.sql


@dataclass(frozen=True)
class UpstreamView:
    """What the fake HTTP service saw."""

    requests: list[Request]
    unexpected: list[Request]
    """Those without a route: they are among the `requests` too."""


@dataclass(frozen=True)
class DatabaseView:
    """What the database saw of the submission, by the judge's proxy."""

    connections: int
    """How many were opened."""
    statements: list[Statement]
    """In the order of each connection; without those that asyncpg sends for itself."""

    @property
    def parameters(self) -> list[str | None]:
        """The parameters of all statements, as text."""
        return [value for statement in self.statements for value in statement.values]


KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (Returned, Raised, Cancelled, Ticks, Send, Response, Answer, Request)
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
