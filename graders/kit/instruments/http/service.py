"""What one route of the upstream does with a request, for sync and async clients alike."""

from __future__ import annotations

import asyncio
import time
from math import inf
from typing import Any

import httpx

from graders.kit.instruments.calls import Barrier
from graders.kit.instruments.http.errors import late
from graders.kit.instruments.http.lifespan import Now
from graders.kit.shared.http import Request
from graders.kit.shared.record import moment

SEEN = "upstream"
"""Where a request, in its extensions, has what the upstream notes of it."""


class Service:
    """What one route does: a side effect for respx, for sync and async clients alike."""

    def __init__(self, now: Now, replies: list[Any], latency: Any, barrier: Barrier) -> None:
        self._now = now
        self._replies = replies
        self._latency = latency
        self._barrier = barrier

    def __call__(self, request: httpx.Request) -> Any:
        seen: Request = request.extensions[SEEN]
        reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        return (self._block if seen.sync else self._wait)(request, seen, reply)

    def _block(self, request: httpx.Request, seen: Request, reply: Any) -> httpx.Response:
        # On the loop's own thread nobody else can arrive: waiting here would only hang it.
        if self._barrier.parties and not _on_a_loop():
            try:
                self._barrier.wait_in_thread(seen.timeout.get("read"))
            except TimeoutError:
                raise late(request, seen) from None
        latency, patience = value_for(self._latency, request), self._patience(seen)
        if latency > 0:
            time.sleep(min(latency, patience))
        if latency > patience:
            raise late(request, seen)
        return _response(reply, request)

    async def _wait(self, request: httpx.Request, seen: Request, reply: Any) -> httpx.Response:
        if self._barrier.parties:
            try:
                async with asyncio.timeout(seen.timeout.get("read")):
                    await self._barrier.wait()
            except TimeoutError:
                raise late(request, seen) from None
        latency, patience = value_for(self._latency, request), self._patience(seen)
        await asyncio.sleep(min(latency, patience))
        if latency > patience:
            raise late(request, seen)
        return _response(reply, request)

    def _patience(self, seen: Request) -> float:
        limit = seen.timeout.get("read")
        return inf if limit is None else moment(seen.at + limit - self._now())


def _on_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def value_for(value: Any, request: httpx.Request) -> Any:
    return value(request) if callable(value) and not isinstance(value, type) else value


def _response(reply: Any, request: httpx.Request) -> httpx.Response:
    reply = value_for(reply, request)
    if isinstance(reply, type) and issubclass(reply, httpx.RequestError):
        raise reply("the upstream failed", request=request)
    if isinstance(reply, type):
        raise reply
    if isinstance(reply, BaseException):
        raise reply.with_traceback(None)  # One instance may be raised many times.
    if isinstance(reply, httpx.Response):
        return reply
    return httpx.Response(reply) if type(reply) is int else httpx.Response(200, json=reply)
