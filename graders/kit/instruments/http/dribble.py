"""A response body that comes chunk by chunk, as a slow or endless upstream sends it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from math import inf

import httpx

from graders.kit.instruments.http.errors import late
from graders.kit.instruments.http.lifespan import Now
from graders.kit.shared.http import Request
from graders.kit.shared.record import moment


class Dribble(httpx.AsyncByteStream, httpx.SyncByteStream):
    """Sends the first chunk at once, and each other one `every` so many seconds.

    Raises `httpx.ReadTimeout` when the next chunk is later than the client's read timeout.
    What was sent is noted in `seen`, the record of the request.
    """

    def __init__(
        self, chunks: Sequence[bytes], every: float, request: httpx.Request, seen: Request, now: Now
    ) -> None:
        self._chunks = chunks
        self._every = every
        self._request = request
        self._seen = seen
        self._now = now

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for number, chunk in enumerate(self._chunks):
            # Also without a pause: a body from a socket lets other tasks run in between.
            await asyncio.sleep(self._pause(number))
            self._check(number)
            yield self._sent(chunk)

    def __iter__(self) -> Iterator[bytes]:
        for number, chunk in enumerate(self._chunks):
            if pause := self._pause(number):
                time.sleep(pause)
            self._check(number)
            yield self._sent(chunk)

    async def aclose(self) -> None:
        """Nothing to do: what has not been sent never will be."""

    def close(self) -> None:
        """Nothing to do."""

    def _limit(self) -> float:
        limit = self._seen.timeout.get("read")
        return inf if limit is None else limit

    def _pause(self, number: int) -> float:
        return min(self._every, self._limit()) if number else 0.0

    def _check(self, number: int) -> None:
        if number and self._every > self._limit():
            raise late(self._request, self._seen)

    def _sent(self, chunk: bytes) -> bytes:
        self._seen.chunks += 1
        if self._seen.chunks == len(self._chunks):
            self._seen.body_ended = moment(self._now())
        return chunk
