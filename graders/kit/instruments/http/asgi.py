"""Drives an ASGI app inside the running loop, and records when it sends what.

Unlike `httpx.ASGITransport` it shows each piece when it is sent, distinguishes the last
byte of a response from the app's return, can leave early or stop reading, and runs the
lifespan. https://asgi.readthedocs.io/en/latest/specs/www.html
"""

from __future__ import annotations

import asyncio
import json as jsonlib
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import partialmethod
from typing import Any, Literal, Self
from urllib.parse import quote, unquote, urlencode

from graders.kit.instruments.http.lifespan import App, Lifespan, Message, Now
from graders.kit.shared.record import moment


class ProtocolError(RuntimeError):
    """The app broke the rules of ASGI."""


@dataclass(frozen=True)
class Send:
    """One message of the app: `size` bytes of body, with `more` to come or not."""

    at: float
    type: str
    size: int
    more: bool


@dataclass
class Response:
    """What came back. Times are seconds since the scenario began; None: it never happened."""

    started_at: float
    first_byte_at: float | None = None  # of the body; the headers came at sends[0].at
    ended_at: float | None = None  # the body was complete
    finished_at: float | None = None  # the app returned: background tasks included
    status: int | None = None  # 500 if the app failed before it sent one
    headers: list[tuple[str, str]] = field(default_factory=list)
    header: dict[str, str] = field(default_factory=dict)  # lower case; several joined by commas
    body: bytes = b""
    text: str = ""
    data: Any = None  # the body as JSON, if it is that
    sends: list[Send] = field(default_factory=list)  # even what came after the client had left
    error: BaseException | None = None  # what escaped the app
    left: bool = False  # the client left before the body was complete


class Asgi:
    """`async with asgi(app) as client`: the app starts up, and shuts down at the end.

    `now` gives seconds since the scenario began. From `spec_version` 2.4 on, `send`
    to a client that has left raises OSError; below, it does nothing.
    Raises `LifespanFailed` with the app's reason.
    """

    def __init__(self, now: Now) -> None:
        self._now = now

    @asynccontextmanager
    async def __call__(
        self, app: App, *, lifespan: bool = True, spec_version: str = "2.3"
    ) -> AsyncIterator[Client]:
        life = Lifespan(app)
        client = Client(app, self._now, life.state, spec_version)
        async with life if lifespan else nullcontext(), client:
            yield client


class Client:
    """Sends requests to the app, each in a task and a context of its own.

    On leaving it waits for what still runs, as a server does before it shuts down;
    on leaving with an exception it cancels that first.
    """

    def __init__(self, app: App, now: Now, state: dict[str, Any], spec_version: str) -> None:
        self._app = app
        self._now = now
        self._state = state
        self._spec_version = spec_version
        self._running: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            for task in self._running:
                task.cancel()
        if self._running:
            await asyncio.wait(self._running)

    async def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | Sequence[tuple[str, str]] | None = None,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        body: bytes = b"",
        chunks: Sequence[bytes] | None = None,
        leave_at: float | None = None,
        stall_after: int | None = None,
        until: Literal["finished", "sent"] = "finished",
    ) -> Response:
        """One request, awaited until the app has `finished`, or only until all is `sent`.

        `chunks` is a body that arrives in pieces. The client leaves `leave_at` seconds
        after the request began. It stops reading after `stall_after` pieces of the
        response: the next `send` waits until it leaves.
        """
        content = jsonlib.dumps(json).encode() if json is not None else body
        size = {"transfer-encoding": "chunked"} if chunks else {"content-length": str(len(content))}
        usual = {"host": "testserver", **size}
        usual |= {"content-type": "application/json"} if json is not None else {}
        scope = self._scope(method.upper(), path, params) | {"headers": _raw(headers or (), usual)}
        exchange = _Exchange(self._now, chunks or [content], stall_after, self._spec_version)
        task = asyncio.create_task(exchange.run(self._app, scope), name=f"{method} {path}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await exchange.answer(leave_at, task if until == "finished" else None)

    get = partialmethod(request, "GET")
    post = partialmethod(request, "POST")
    put = partialmethod(request, "PUT")
    patch = partialmethod(request, "PATCH")
    delete = partialmethod(request, "DELETE")

    def _scope(self, method: str, path: str, params: Mapping[str, Any] | None) -> dict[str, Any]:
        target, _, query = path.partition("?")
        raw = quote(target, safe="/%:@!$&'()*+,;=~")
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": self._spec_version},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(raw),
            "raw_path": raw.encode(),
            "query_string": (urlencode(params, doseq=True) if params else query).encode(),
            "client": ("127.0.0.1", 50000),
            "server": ("testserver", 80),
            "state": self._state.copy(),
        }


def _raw(headers: Any, usual: dict[str, str]) -> list[tuple[bytes, bytes]]:
    given = [*(headers.items() if isinstance(headers, Mapping) else headers)]
    names = {name.lower() for name, _ in given}
    pairs = [(name, value) for name, value in usual.items() if name not in names] + given
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in pairs]


class _Exchange:
    """One request on its way through the app: `receive`, `send`, and what came back."""

    def __init__(self, now: Now, parts: Sequence[bytes], room: int | None, spec: str) -> None:
        self._now = now
        self._parts = deque(parts)
        self._room = room
        self._strict = spec >= "2.4"
        self._over = asyncio.Event()  # Nothing more will reach the client.
        self.came = Response(moment(now()))

    async def run(self, app: App, scope: Message) -> None:
        came = self.came
        try:
            await app(scope, self._receive, self._send)
            if came.ended_at is None and not came.left:
                what = "starting" if came.status is None else "completing"
                came.error = ProtocolError(f"the app returned without {what} its response")
        except (Exception, asyncio.CancelledError) as error:
            came.error = error
        if came.status is None and not came.left:
            came.status = 500
        came.finished_at = moment(self._now())
        self._over.set()

    async def answer(self, leave_at: float | None, app: asyncio.Task[None] | None) -> Response:
        """The response once it is over; given the app's task, once that is done too."""
        came = self.came
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(leave_at):
                    await self._over.wait()
        finally:
            if not self._over.is_set():
                came.left = True
                self._over.set()
        if app:
            await asyncio.wait([app])
        came.text = came.body.decode("utf-8", "replace")
        with suppress(ValueError, RecursionError):
            came.data = jsonlib.loads(came.body)
        return came

    async def _receive(self) -> Message:
        if self._parts and not self._over.is_set():
            part = self._parts.popleft()
            return {"type": "http.request", "body": part, "more_body": bool(self._parts)}
        await self._over.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        kind, body = message["type"], message.get("body", b"")
        more = message.get("more_body", False)
        self.came.sends.append(Send(moment(self._now()), kind, len(body), more))
        # As on a socket, every write may let others run, and a full one waits.
        await asyncio.sleep(0)
        if kind == "http.response.body" and self._room is not None:
            self._room -= 1
            if self._room < 0:
                await self._over.wait()
        if self.came.left:
            if self._strict:
                raise OSError("the client has left")
            return
        due = "http.response.start" if self.came.status is None else "http.response.body"
        if kind != due or self.came.ended_at is not None:
            due = due if self.came.ended_at is None else "nothing more"
            raise ProtocolError(f"the app sent {kind} where {due} was due")
        if kind == "http.response.start":
            self._start(message)
        else:
            self._body(body, more)

    def _start(self, message: Message) -> None:
        self.came.status = message["status"]
        pairs, header = message.get("headers", ()), self.came.header
        self.came.headers = [(n.decode("latin-1").lower(), v.decode("latin-1")) for n, v in pairs]
        for name, value in self.came.headers:
            header[name] = f"{header[name]}, {value}" if name in header else value

    def _body(self, body: bytes, more: bool) -> None:
        if body and self.came.first_byte_at is None:
            self.came.first_byte_at = moment(self._now())
        self.came.body += body
        if not more:
            self.came.ended_at = moment(self._now())
            self._over.set()
