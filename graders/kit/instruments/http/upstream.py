"""A fake HTTP service behind httpx: routes by respx, with latency, failures and a log.

Every request of an httpx client with a real transport ends here, wherever the
client was made; `httpx.ASGITransport` and loopback addresses are left alone. respx
never enforces httpx's timeouts, the upstream does: a reply slower than the
client's read timeout is an `httpx.ReadTimeout` after exactly that long.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Self
from weakref import WeakKeyDictionary

import httpx
import respx
from respx.models import AllMockedAssertionError, PassThrough, SideEffectError

from graders.kit.instruments.calls import Barrier
from graders.kit.instruments.http.dribble import Dribble
from graders.kit.instruments.http.lifespan import Now
from graders.kit.instruments.http.service import SEEN, Service, value_for
from graders.kit.instruments.patching import Patches, wrap
from graders.kit.shared.http import Request
from graders.kit.shared.record import moment

LOOPBACK = ("127.0.0.1", "localhost", "::1")
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
        self._numbers = itertools.count(1)
        self._clients: WeakKeyDictionary[object, int] = WeakKeyDictionary()
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
            # Not how many there are: a client that is gone is no longer among them.
            if (number := self._clients.get(client)) is None:
                number = self._clients[client] = next(self._numbers)
            request.extensions = {**request.extensions, CLIENT: number}
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
            error = value_for(raises, request)
            if error is not None:
                return error
            if chunks is not None:
                seen: Request = request.extensions[SEEN]
                body = Dribble(chunks, every, request, seen, self._now)
                return httpx.Response(status, stream=body, headers=headers)
            content = value_for(json, request)
            return httpx.Response(status, json=content, text=text, headers=headers)

        service = Service(self._now, list(replies or [usual]), latency, Barrier(meet))
        return self.router.request(method, path).mock(side_effect=service)

    @contextmanager
    def _recorded(self, request: httpx.Request, sync: bool) -> Iterator[None]:
        seen = self._seen(request, sync)
        request.extensions = {**request.extensions, SEEN: seen}
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


def _outcome(error: BaseException) -> str:
    if isinstance(error, asyncio.CancelledError):
        return "cancelled"
    return "timed out" if isinstance(error, httpx.TimeoutException) else "failed"
