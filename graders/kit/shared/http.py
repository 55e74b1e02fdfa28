"""What travelled over HTTP, as a scenario may return it: `values` says how it comes across."""

from __future__ import annotations

from dataclasses import dataclass, field

from graders.kit.shared.plain import Plain


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


@dataclass(frozen=True)
class SocketMessage:
    """One message over a WebSocket: "app: 'hello'"."""

    at: float
    """Seconds since the scenario began."""
    by: str
    """`client` or `app`."""
    data: Plain

    def __str__(self) -> str:
        return f"{self.by}: {self.data!r}"
