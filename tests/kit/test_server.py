from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse

from graders.kit.instruments.clock import Clock
from graders.kit.instruments.http.lifespan import LifespanFailed
from graders.kit.instruments.http.server import Server
from graders.kit.instruments.http.upstream import Upstream
from tests.kit.simulation import Now, virtual


def browser(url: str, **options: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, verify=False, trust_env=False, **options)


def small() -> FastAPI:
    app = FastAPI()

    @app.get("/")
    async def root() -> str:
        return "hello"

    @app.get("/slow")
    async def slow() -> str:
        await asyncio.sleep(1)
        return "done"

    return app


async def test_it_serves_in_real_time_as_well() -> None:
    """On an ordinary loop it serves on a loopback port until it is left."""
    async with Server(lambda: 0.0)(small()) as running, browser(running.url) as client:
        assert (await client.get("/")).json() == "hello"

    with pytest.raises(httpx.ConnectError):
        async with browser(running.url) as client:
            await client.get("/")


@virtual
async def test_it_serves_in_virtual_time(now: Now) -> None:
    """Requests over real sockets overlap, and take as long as the routes do."""
    async with Server(now)(small()) as running, browser(running.url) as client:
        began = now()
        answers = await asyncio.gather(*(client.get("/slow") for _ in range(5)))
        assert round(now() - began, 9) == 1.0

    assert [answer.json() for answer in answers] == ["done"] * 5


@virtual
async def test_it_starts_the_app_up_and_shuts_it_down(now: Now) -> None:
    """The lifespan is run, its state reaches the requests, and a stop waits for its end."""
    events: list[str] = []

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[dict[str, str]]:
        await asyncio.sleep(2)
        yield {"pool": "open"}
        await asyncio.sleep(3)
        events.append("closed")

    app = FastAPI(lifespan=lifespan)

    @app.get("/")
    async def root(request: Request) -> str:
        return str(request.state.pool)

    async with Server(now)(app) as running:
        assert running.started_at == 2.0
        async with browser(running.url) as client:
            assert (await client.get("/")).json() == "open"
        await running.stop()
        assert events == ["closed"]

    assert running.stopping_at is not None
    assert running.stopped_at is not None
    assert running.stopped_at >= running.stopping_at + 3.0


@virtual
async def test_a_stop_lets_open_requests_finish(now: Now) -> None:
    """Within `grace` a request that was accepted is answered."""
    async with Server(now)(small(), grace=5) as running, browser(running.url) as client:
        asked = asyncio.create_task(client.get("/slow"))
        await asyncio.sleep(0.5)
        await running.stop()
        assert (await asked).json() == "done"


@pytest.mark.parametrize("error", [None, ZeroDivisionError])
def test_an_endless_stream_does_not_hold_it(error: type[Exception] | None) -> None:
    """A request beyond `grace` is cancelled, at once where the scenario has failed."""
    ends: list[str] = []
    app = FastAPI()

    async def ticks() -> AsyncIterator[str]:
        try:
            while True:
                yield "tick"
                await asyncio.sleep(0.3)
        finally:
            ends.append("ended")

    @app.get("/")
    async def stream() -> StreamingResponse:
        return StreamingResponse(ticks())

    async def main() -> None:
        async with (
            Server(lambda: clock.elapsed)(app, grace=2) as running,
            browser(running.url) as client,
            client.stream("GET", "/") as answer,
        ):
            assert await anext(answer.aiter_text()) == "tick"
            if error is not None:
                raise error
            await running.stop()

    clock = Clock()
    with clock, asyncio.Runner(loop_factory=clock.loop) as runner:
        if error is None:
            runner.run(main())
        else:
            with pytest.raises(error):
                runner.run(main())

    assert ends == ["ended"]


@pytest.mark.parametrize("phase", ["startup", "shutdown"])
async def test_a_failed_lifespan_gives_the_reason(phase: str) -> None:
    """An app that can't start up or shut down is no server that hangs, nor one that exits."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        if phase == "startup":
            raise OSError("no database")
        yield
        raise OSError("no database")

    with pytest.raises(LifespanFailed, match=f"the app's {phase} failed: OSError: no database"):
        async with Server(lambda: 0.0)(FastAPI(lifespan=lifespan)):
            assert phase == "shutdown"


async def test_what_is_no_app_is_named() -> None:
    """What can't be called is refused."""
    with pytest.raises(TypeError, match="but this is a NoneType"):
        async with Server(lambda: 0.0)(None):  # type: ignore[arg-type]
            pytest.fail("an app that is none was entered")


@virtual
async def test_what_escapes_the_app_is_kept_and_not_logged(now: Now) -> None:
    """An exception of a route is a 500 outside, in `errors` inside, and on no terminal."""
    app, lines = FastAPI(), []

    @app.get("/")
    async def root() -> None:
        raise ValueError("secret")

    noise = logging.Handler()
    noise.emit = lambda entry: lines.append(entry.getMessage())  # type: ignore[method-assign]
    logging.getLogger().addHandler(noise)
    before = logging.getLogger("uvicorn.error").level
    try:
        async with Server(now)(app) as running, browser(running.url) as client:
            assert (await client.get("/")).status_code == 500
    finally:
        logging.getLogger().removeHandler(noise)

    assert [repr(error) for error in running.errors] == ["ValueError('secret')"]
    assert lines == []
    assert logging.getLogger("uvicorn.error").level == before


@virtual
async def test_signals_are_left_alone(now: Now) -> None:
    """The process's signal handlers are its own."""
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]

    async with Server(now)(small()):
        during = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]

    assert during == before


@virtual
async def test_it_can_be_reached_beside_an_upstream(now: Now) -> None:
    """A served app may call an upstream, while its own clients reach it by loopback."""
    app = FastAPI()

    @app.get("/")
    async def root() -> Any:
        async with browser("https://api.example.test") as client:
            return (await client.get("/posts/1")).json()

    with Upstream(now) as upstream:
        upstream.route("GET", "/posts/1", json={"id": 1}, latency=1.0)
        async with Server(now)(app) as running, browser(running.url) as client:
            assert (await client.get("/")).json() == {"id": 1}

    assert [seen.path for seen in upstream.requests] == ["/posts/1"]
    assert upstream.unexpected == []


async def test_get_gives_status_and_text() -> None:
    """A learner's answer and a 404, each over a socket of its own."""
    app = FastAPI()

    @app.get("/hello")
    async def hello() -> str:
        return "there"

    async with Server(lambda: 0.0)(app) as running:
        found, missing = await running.get("/hello"), await running.get("/nowhere")

    assert (found.status, found.text) == (200, '"there"')
    assert missing.status == 404
