"""Drives a WebSocket route of an ASGI app inside the running loop.

    async with asgi(app) as client, client.websocket("/echo") as socket:
        await socket.send("hello")
        assert await socket.receive() == "hello"
        await socket.close()
    socket.messages        # what went to and fro, with its times

https://asgi.readthedocs.io/en/latest/specs/www.html#websocket
"""

from __future__ import annotations

import asyncio
import json as jsonlib
from collections.abc import MutableSet
from typing import Any, Self

from graders.kit.instruments import handover
from graders.kit.instruments.http.exchange import ProtocolError
from graders.kit.instruments.http.lifespan import App, Message, Now
from graders.kit.shared.http import SocketMessage
from graders.kit.shared.record import moment

NORMAL, GONE, ABNORMAL, APP_FAILED = 1000, 1001, 1006, 1011
"""Close codes of RFC 6455: closed as agreed, gone away, connection lost, error in the app."""


class Refused(Exception):
    """The app did not accept the connection. `status` is that of the HTTP response."""

    def __init__(self, status: int, error: BaseException | None = None) -> None:
        self.status = status
        super().__init__(f"the app did not accept the connection (status {status})")
        self.__cause__ = error


class Closed(Exception):
    """The connection has been closed, and nothing is left to receive."""

    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(f"the connection is closed (code {code}{reason and ': ' + reason})")


class WebSocket:
    """One connection, from the client's side. Times are seconds since the scenario began.

    On leaving, the client closes the connection with code 1001 if it is still open, and
    waits until the app has returned.
    """

    def __init__(
        self, app: App, scope: Message, now: Now, running: MutableSet[asyncio.Task[None]]
    ) -> None:
        self._app = app
        self._scope = scope
        self._now = now
        self._running = running
        self._strict = scope["asgi"]["spec_version"] >= "2.4"
        self._to_app: asyncio.Queue[Message] = asyncio.Queue()
        self._from_app: asyncio.Queue[str | bytes | None] = asyncio.Queue()
        self._answered = asyncio.Event()
        self.messages: list[SocketMessage] = []
        """What was sent by either side, in order."""
        self.subprotocol: str | None = None
        self.headers: list[tuple[str, str]] = []
        """Those that came with the acceptance, names in lower case."""
        self.accepted_at: float | None = None
        self.closed_at: float | None = None
        self.closed_by = ""
        """`client` or `app`, or empty while the connection is open."""
        self.code: int | None = None
        self.reason = ""
        self.finished_at: float | None = None
        """The app returned."""
        self.error: BaseException | None = None
        """What escaped the app."""
        self._refusal = 403

    async def __aenter__(self) -> Self:
        name = f"websocket {self._scope['path']}"
        self._task = asyncio.create_task(self._run(), name=name)
        self._running.add(self._task)
        self._task.add_done_callback(self._running.discard)
        self._to_app.put_nowait({"type": "websocket.connect"})
        try:
            await self._answered.wait()
        except BaseException:
            self.disconnect()
            raise
        if self.accepted_at is None:
            await asyncio.wait([self._task])
            raise Refused(self._refusal, self.error)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._leave(GONE, "")
        await asyncio.wait([self._task])

    # --- what a client does ---------------------------------------------------------------

    async def send(self, data: str | bytes) -> None:
        """Send one message. Raises `Closed`."""
        if self.code is not None:
            raise Closed(self.code, self.reason)
        self.messages.append(SocketMessage(moment(self._now()), "client", data))
        kind = "text" if isinstance(data, str) else "bytes"
        self._to_app.put_nowait({"type": "websocket.receive", kind: data})
        await asyncio.sleep(0)

    async def send_json(self, data: Any) -> None:
        """Send one message as JSON. Raises `Closed`."""
        await self.send(jsonlib.dumps(data))

    async def receive(self) -> str | bytes:
        """The next message of the app. Raises `Closed` when there will be no more."""
        data = None
        if self.code is None or not self._from_app.empty():
            data = await self._from_app.get()
        if data is None:
            assert self.code is not None
            raise Closed(self.code, self.reason)
        return data

    async def receive_json(self) -> Any:
        """The next message of the app, read as JSON. Raises `Closed`, ValueError."""
        return jsonlib.loads(await self.receive())

    async def close(self, code: int = NORMAL, reason: str = "") -> None:
        """Close the connection, as a client should. Does nothing if it is closed."""
        self._leave(code, reason)
        await asyncio.sleep(0)

    def disconnect(self) -> None:
        """Lose the connection: the app sees code 1006. Does nothing if it is closed."""
        self._leave(ABNORMAL, "")

    def _leave(self, code: int, reason: str) -> None:
        if self.code is None:
            self._to_app.put_nowait(
                {"type": "websocket.disconnect", "code": code, "reason": reason}
            )
            self._close("client", code, reason)

    # --- what the app does ----------------------------------------------------------------

    async def _run(self) -> None:
        code = NORMAL
        try:
            await handover.serve(self._app, self._scope, self._to_app.get, self._send)
        except (Exception, asyncio.CancelledError) as error:
            self.error, self._refusal, code = error, 500, APP_FAILED
        else:
            if self.accepted_at is None and self.code is None:
                self._refusal = 500
                self.error = ProtocolError("the app returned without accepting the connection")
        self.finished_at = moment(self._now())
        if self.code is None:
            self._close("app", code, "")
        self._answered.set()

    async def _send(self, message: Message) -> None:
        # As on a socket, every write may let others run.
        await asyncio.sleep(0)
        kind = message["type"]
        if self.closed_by == "client":
            if self._strict:
                raise OSError("the client has left")
            return
        if self.code is not None and not kind.startswith("websocket.http.response."):
            raise ProtocolError(f"the app sent {kind} after the connection was closed")
        if kind == "websocket.accept" and self.accepted_at is None:
            self._accept(message)
        elif kind == "websocket.close":
            self._close("app", message.get("code", NORMAL), message.get("reason") or "")
            self._answered.set()
        elif kind == "websocket.send" and self.accepted_at is not None:
            text = message.get("text")
            data = message.get("bytes") if text is None else text
            if data is None:
                raise ProtocolError("the app sent a message with neither text nor bytes")
            self.messages.append(SocketMessage(moment(self._now()), "app", data))
            self._from_app.put_nowait(data)
        elif kind == "websocket.http.response.start" and self.accepted_at is None:
            self._refusal = message["status"]
            self._close("app", NORMAL, "")
        elif kind == "websocket.http.response.body" and self.accepted_at is None:
            if not message.get("more_body", False):
                self._answered.set()
        else:
            state = "before it accepted" if self.accepted_at is None else "after it accepted"
            raise ProtocolError(f"the app sent {kind} {state} the connection")

    def _accept(self, message: Message) -> None:
        self.accepted_at = moment(self._now())
        self.subprotocol = message.get("subprotocol")
        pairs = message.get("headers") or ()
        self.headers = [(n.decode("latin-1").lower(), v.decode("latin-1")) for n, v in pairs]
        self._answered.set()

    def _close(self, by: str, code: int, reason: str) -> None:
        self.closed_at, self.closed_by = moment(self._now()), by
        self.code, self.reason = code, reason
        self._from_app.put_nowait(None)
