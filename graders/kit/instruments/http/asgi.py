"""Drives an ASGI app inside the running loop, and records when it sends what.

Unlike `httpx.ASGITransport` it shows each piece when it is sent, distinguishes the last
byte of a response from the app's return, can leave early or stop reading, and runs the
lifespan. https://asgi.readthedocs.io/en/latest/specs/www.html
"""

from __future__ import annotations

import asyncio
import json as jsonlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partialmethod
from typing import Any, Literal, Self
from urllib.parse import quote, unquote, urlencode

from graders.kit.instruments.http.exchange import Exchange, OnStart, ProtocolError
from graders.kit.instruments.http.lifespan import App, Lifespan, Now
from graders.kit.instruments.http.websocket import WebSocket
from graders.kit.shared.http import Response, Send

__all__ = ["Asgi", "Client", "ProtocolError", "Response", "Send"]


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
        leave_on: asyncio.Event | None = None,
        cancel_at: float | None = None,
        on_start: OnStart | None = None,
        stall_after: int | None = None,
        until: Literal["finished", "sent"] = "finished",
    ) -> Response:
        """One request, awaited until the app has `finished`, or only until all is `sent`.

        `chunks` is a body that arrives in pieces. The client leaves `leave_at` seconds
        after the request began, when the event `leave_on` is set, or when this is
        cancelled. The app's task is cancelled `cancel_at` seconds after it, as a timeout
        around the app or a shutdown does. `on_start` is called with the response when it
        begins: status and headers are there, and the body grows as it arrives; the app goes
        on when what it gives has been awaited, if that can be. The client stops
        reading after `stall_after` pieces of the response: the next `send` waits until
        it leaves.
        """
        content = jsonlib.dumps(json).encode() if json is not None else body
        size = {"transfer-encoding": "chunked"} if chunks else {"content-length": str(len(content))}
        usual = {"host": "testserver", **size}
        usual |= {"content-type": "application/json"} if json is not None else {}
        scope = self._scope(method.upper(), path, params) | {"headers": _raw(headers or (), usual)}
        parts = chunks or [content]
        exchange = Exchange(self._now, parts, stall_after, self._spec_version, on_start)
        task = asyncio.create_task(exchange.run(self._app, scope), name=f"{method} {path}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        if cancel_at is not None:
            cancelling = asyncio.get_running_loop().call_later(cancel_at, task.cancel)
            task.add_done_callback(lambda _: cancelling.cancel())
        return await exchange.answer(leave_at, leave_on, task if until == "finished" else None)

    get = partialmethod(request, "GET")
    post = partialmethod(request, "POST")
    put = partialmethod(request, "PUT")
    patch = partialmethod(request, "PATCH")
    delete = partialmethod(request, "DELETE")

    def websocket(
        self,
        path: str,
        *,
        headers: Mapping[str, str] | Sequence[tuple[str, str]] | None = None,
        params: Mapping[str, Any] | None = None,
        subprotocols: Sequence[str] = (),
    ) -> AbstractAsyncContextManager[WebSocket]:
        """A WebSocket connection: `async with client.websocket("/chat") as socket`.

        Raises `Refused` on entering, if the app does not accept it.
        """
        scope = self._scope("GET", path, params) | {
            "type": "websocket",
            "scheme": "ws",
            "headers": _raw(headers or (), {"host": "testserver"}),
            "subprotocols": list(subprotocols),
        }
        del scope["method"]
        return WebSocket(self._app, scope, self._now, self._running)

    @property
    def now(self) -> float:
        """Seconds since the scenario began."""
        return self._now()

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
