"""One HTTP request on its way through an ASGI app, and the response that comes back."""

from __future__ import annotations

import asyncio
import inspect
import json as jsonlib
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TypeAlias

from graders.kit.instruments import handover
from graders.kit.instruments.http.lifespan import App, Message, Now
from graders.kit.shared.http import Response, Send
from graders.kit.shared.record import moment

OnStart: TypeAlias = Callable[[Response], Awaitable[None] | None]
"""Called when a response begins; the app's `send` waits for what it gives, if that is awaitable."""


class ProtocolError(RuntimeError):
    """The app broke the rules of ASGI."""


class Exchange:
    """One request on its way through the app: `receive`, `send`, and what came back."""

    def __init__(
        self,
        now: Now,
        parts: Sequence[bytes],
        room: int | None,
        spec: str,
        on_start: OnStart | None = None,
    ) -> None:
        self._now = now
        self._on_start = on_start
        self._parts = deque(parts)
        self._room = room
        self._strict = spec >= "2.4"
        self._over = asyncio.Event()  # Nothing more will reach the client.
        self.came = Response(moment(now()))

    async def run(self, app: App, scope: Message) -> None:
        """Call the app once, and record how that ended. Raises nothing that the app raised."""
        came = self.came
        try:
            await handover.serve(app, scope, self._receive, self._send)
            if came.ended_at is None and not came.left:
                what = "starting" if came.status is None else "completing"
                came.error = ProtocolError(f"the app returned without {what} its response")
        except (Exception, asyncio.CancelledError) as error:
            came.error = error
        if came.status is None and not came.left:
            came.status = 500
        came.finished_at = moment(self._now())
        self._over.set()

    async def answer(
        self,
        leave_at: float | None,
        leave_on: asyncio.Event | None,
        app: asyncio.Task[None] | None,
    ) -> Response:
        """The response once it is over; given the app's task, once that is done too.

        If this is cancelled, the client has left.
        """
        came = self.came
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(leave_at):
                    await self._over_or(leave_on)
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

    async def _over_or(self, leave_on: asyncio.Event | None) -> None:
        if leave_on is None:
            await self._over.wait()
            return
        waits = [asyncio.ensure_future(event.wait()) for event in (self._over, leave_on)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

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
            await self._start(message)
        else:
            self._body(body, more)

    async def _start(self, message: Message) -> None:
        self.came.status = message["status"]
        pairs, header = message.get("headers", ()), self.came.header
        self.came.headers = [(n.decode("latin-1").lower(), v.decode("latin-1")) for n, v in pairs]
        for name, value in self.came.headers:
            header[name] = f"{header[name]}, {value}" if name in header else value
        if self._on_start is not None:
            waited = self._on_start(self.came)
            if inspect.isawaitable(waited):
                await waited

    def _body(self, body: bytes, more: bool) -> None:
        if body and self.came.first_byte_at is None:
            self.came.first_byte_at = moment(self._now())
        self.came.body += body
        if not more:
            self.came.ended_at = moment(self._now())
            self._over.set()
