"""Clients of an ASGI app that arrive, look at a response while it comes, and leave.

    async with asgi(app) as client:
        early = visit(client, "GET", "/stream")
        late = visit(client, "GET", "/stream", at=2.0)
        response = await late.began()          # status and headers are there
        early.leave()
        answers = [await early.done(), await late.done()]

A visitor is a task of its own: arriving, waiting and leaving do not block the scenario.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

from graders.kit.instruments.http.asgi import Client
from graders.kit.instruments.http.exchange import OnStart
from graders.kit.shared.http import Response


class Visitor:
    """One client and its one request. `visit` makes it."""

    def __init__(
        self, client: Client, method: str, path: str, at: float, options: dict[str, Any]
    ) -> None:
        self._client = client
        self._request = (method, path)
        self._at = at
        self._hook: OnStart | None = options.pop("on_start", None)
        self._options = options
        self._leaves = asyncio.Event()
        self._begins: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.response: Response | None = None
        """What has come so far. None before the response began."""
        self._task = asyncio.create_task(self._visit(), name=f"visitor {method} {path}")

    async def began(self) -> Response:
        """Wait until status and headers have come. The body may go on growing.

        Raises EOFError if the visit ended before any response began.
        """
        waits: list[asyncio.Future[Any]] = [self._begins, self._task]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        if self.response is None or self.response.status is None:
            raise EOFError("the visit ended before a response began")
        return self.response

    async def done(self) -> Response:
        """Wait until the visit is over. Raises CancelledError if it was cancelled."""
        return await asyncio.shield(self._task)

    @property
    def is_over(self) -> bool:
        """Has the visit ended, in whatever way?"""
        return self._task.done()

    def leave(self) -> None:
        """Close the connection: the app sees that the client has left."""
        self._leaves.set()

    async def cancel(self) -> None:
        """Cancel the visitor's task, as a timeout around a request does: it leaves as well."""
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _visit(self) -> Response:
        pause = self._at - self._client.now
        if pause > 0:
            await asyncio.sleep(pause)
        method, path = self._request
        self.response = await self._client.request(
            method, path, leave_on=self._leaves, on_start=self._start, **self._options
        )
        return self.response

    def _start(self, response: Response) -> Awaitable[None] | None:
        self.response = response
        self._begins.set_result(None)
        return None if self._hook is None else self._hook(response)


def visit(client: Client, method: str, path: str, *, at: float = 0.0, **options: Any) -> Visitor:
    """A client that makes one request `at` so many seconds after the scenario began.

    It arrives at once if that time is past. `options` are those of `Client.request`.
    """
    return Visitor(client, method, path, at, options)
