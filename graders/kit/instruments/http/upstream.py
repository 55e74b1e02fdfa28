"""A fake HTTP service behind httpx: routes by respx, with latency, failures and a log.

Every request of an httpx client with a real transport ends here, wherever the
client was made; `httpx.ASGITransport` and loopback addresses are left alone. respx
never enforces httpx's timeouts, the upstream does: a reply slower than the
client's read timeout is an `httpx.ReadTimeout` after exactly that long.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from math import inf
from typing import Any, Self
from weakref import WeakKeyDictionary

import httpx
import respx
from respx.models import AllMockedAssertionError, PassThrough, SideEffectError

from graders.kit.instruments.calls import Barrier
from graders.kit.instruments.http.dribble import Dribble
from graders.kit.instruments.http.errors import late
from graders.kit.instruments.http.lifespan import Now
from graders.kit.instruments.patching import Patches, wrap
from graders.kit.shared.record import moment
from graders.kit.shared.values import Request

LOOPBACK = ("127.0.0.1", "localhost", "::1")
NOTE = "upstream"
CLIENT = "upstream.client"


class NoRoute(AllMockedAssertionError):
    """There is no route for a request. Not an `httpx.HTTPError`: the network is not at fault."""


class Upstream:
    """A context manager: while it is entered, httpx talks to it. One at a time.

    `router` is respx's own, for whatever `route` does not offer; what it serves
    is logged as well. A route may be an absolute URL of another host.
    """

    def __init__(self, now: Now, base_url: str = "https://api.example.test") -> None:
        self._now = now
        self._positions = itertools.count()
        self.base_url = base_url
        self.requests: list[Request] = []
        self.unexpected: list[Request] = []
        """Requests without a route: they are in `requests` too, and raised `NoRoute`."""
        self._clients: WeakKeyDictionary[object, int] = WeakKeyDictionary()
        self._numbers = itertools.count(1)
        self._patches = Patches()
        self.router: respx.MockRouter = _Router(self._recorded, base_url)
        if httpx.URL(base_url).host not in LOOPBACK:
            self.router.route(host__in=LOOPBACK).pass_through()

    def __enter__(self) -> Self:
        with self._patches.undone_on_error():
            for kind in (httpx.AsyncClient, httpx.Client):
                self._patches.replace(kind, "send", self._numbered)
            self.router.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.router.stop()
        self._patches.undo()

    def _numbered(self, send: Any) -> Any:
        """httpx's `send`, with the number of its client in the request's extensions."""

        def numbered(client: Any, request: httpx.Request, *args: Any, **kwargs: Any) -> Any:
            if client not in self._clients:
                self._clients[client] = next(self._numbers)
            request.extensions = {**request.extensions, CLIENT: self._clients[client]}
            return send(client, request, *args, **kwargs)

        return wrap(send, numbered, binds=True)

    def route(
        self,
        method: str,
        path: str,
        *,
        status: int = 200,
        json: Any = None,
        text: str | None = None,
        headers: dict[str, str] | None = None,
        latency: float | Callable[[httpx.Request], float] = 0.0,
        raises: Any = None,
        meet: int = 0,
        replies: Sequence[Any] | None = None,
        chunks: Sequence[bytes] | None = None,
        every: float = 0.0,
    ) -> respx.Route:
        """Serve `method` on `path`, after `latency` seconds; replaces an equal route.

        `json`, `latency` and `raises` (an exception or its class) may be functions
        of the `httpx.Request`. `replies` are given one after the other, the last
        one again and again: an exception, a status, an `httpx.Response`, or anything else as JSON.
        With `meet` each request first waits until that many are in flight at once.
        `chunks` is a body that comes piece by piece: the first at once, the others `every`
        so many seconds; a read timeout that is shorter raises `httpx.ReadTimeout`.
        """

        def usual(request: httpx.Request) -> Any:
            error = _of(raises, request)
            if error is not None:
                return error
            if chunks is not None:
                seen: Request = request.extensions[NOTE]
                body = Dribble(chunks, every, request, seen, self._now)
                return httpx.Response(status, stream=body, headers=headers)
            content = _of(json, request)
            return httpx.Response(status, json=content, text=text, headers=headers)

        service = _Service(self._now, list(replies or [usual]), latency, Barrier(meet))
        return self.router.request(method, path).mock(side_effect=service)

    @contextmanager
    def _recorded(self, request: httpx.Request, sync: bool) -> Iterator[None]:
        seen = self._seen(request, sync)
        request.extensions = {**request.extensions, NOTE: seen}
        self.requests.append(seen)
        try:
            yield
        except PassThrough:
            self.requests.remove(seen)
            raise
        except AllMockedAssertionError:
            self.unexpected.append(seen)
            self._end(seen, "failed")
            raise NoRoute(f"nobody serves {seen.method} {seen.url} here") from None
        except BaseException as error:
            self._end(seen, _outcome(error))
            if isinstance(error.__cause__, SideEffectError):
                # respx's own wrapping would only obscure the traceback.
                error.__cause__ = error.__context__ = None
            raise
        self._end(seen, "answered")

    def _seen(self, request: httpx.Request, sync: bool) -> Request:
        return Request(
            at=moment(self._now()),
            method=request.method,
            url=str(request.url),
            path=request.url.path,
            headers={name.lower(): value for name, value in request.headers.items()},
            body=request.content,
            timeout=dict(request.extensions.get("timeout", {})),
            sync=sync,
            order=(next(self._positions), None),
            client=request.extensions.get(CLIENT, 0),
        )

    def _end(self, seen: Request, outcome: str) -> None:
        seen.ended, seen.outcome = moment(self._now()), outcome
        seen.order = (seen.order[0], next(self._positions))


class _Router(respx.MockRouter):
    """respx's router, with every request recorded on its way in and out."""

    def __init__(
        self, recorded: Callable[..., AbstractContextManager[None]], base_url: str
    ) -> None:
        super().__init__(assert_all_called=False, assert_all_mocked=True, base_url=base_url)
        self._recorded = recorded

    def handler(self, request: httpx.Request) -> httpx.Response:
        with self._recorded(request, True):
            return super().handler(request)

    async def async_handler(self, request: httpx.Request) -> httpx.Response:
        with self._recorded(request, False):
            return await super().async_handler(request)


class _Service:
    """What one route does: a side effect for respx, for sync and async clients alike."""

    def __init__(self, now: Now, replies: list[Any], latency: Any, barrier: Barrier) -> None:
        self._now = now
        self._replies = replies
        self._latency = latency
        self._barrier = barrier

    def __call__(self, request: httpx.Request) -> Any:
        seen: Request = request.extensions[NOTE]
        reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        return (self._block if seen.sync else self._wait)(request, seen, reply)

    def _block(self, request: httpx.Request, seen: Request, reply: Any) -> httpx.Response:
        # On the loop's own thread nobody else can arrive: waiting here would only hang it.
        if self._barrier.parties and not _on_a_loop():
            try:
                self._barrier.wait_in_thread(seen.timeout.get("read"))
            except TimeoutError:
                raise late(request, seen) from None
        latency, patience = _of(self._latency, request), self._patience(seen)
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
        latency, patience = _of(self._latency, request), self._patience(seen)
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


def _of(value: Any, request: httpx.Request) -> Any:
    return value(request) if callable(value) and not isinstance(value, type) else value


def _response(reply: Any, request: httpx.Request) -> httpx.Response:
    reply = _of(reply, request)
    if isinstance(reply, type) and issubclass(reply, httpx.RequestError):
        raise reply("the upstream failed", request=request)
    if isinstance(reply, type):
        raise reply
    if isinstance(reply, BaseException):
        raise reply.with_traceback(None)  # One instance may be raised many times.
    if isinstance(reply, httpx.Response):
        return reply
    return httpx.Response(reply) if type(reply) is int else httpx.Response(200, json=reply)


def _outcome(error: BaseException) -> str:
    if isinstance(error, asyncio.CancelledError):
        return "cancelled"
    return "timed out" if isinstance(error, httpx.TimeoutException) else "failed"
