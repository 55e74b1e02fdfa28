"""Clients that arrive at a time, watch a response while it comes, and leave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse

from graders.kit.instruments.http.asgi import Asgi
from graders.kit.instruments.http.visitors import visit
from tests.kit.simulation import Now, virtual


def ticking(log: list[Any]) -> FastAPI:
    app = FastAPI()

    async def ticks(name: str) -> AsyncIterator[str]:
        try:
            for number in range(5):
                yield f"{number} "
                await asyncio.sleep(1)
        finally:
            log.append(f"{name} cleaned up")

    @app.get("/ticks/{name}")
    async def route(name: str) -> StreamingResponse:
        return StreamingResponse(ticks(name), headers={"x-name": name})

    @app.get("/slow")
    async def slow(request: Request) -> str:
        while not await request.is_disconnected():
            await asyncio.sleep(0.5)
        log.append("slow noticed")
        return "late"

    return app


@virtual
async def test_visitors_arrive_when_they_are_told_to(now: Now) -> None:
    """At virtual seconds since the scenario began; at once if that is past."""
    await asyncio.sleep(1)
    async with Asgi(now)(ticking([])) as client:
        visitors = [visit(client, "GET", "/ticks/a", at=at) for at in (0.5, 2.0, 3.5)]
        answers = [await visitor.done() for visitor in visitors]

    assert [answer.started_at for answer in answers] == [1.0, 2.0, 3.5]
    assert [answer.text for answer in answers] == ["0 1 2 3 4 "] * 3


@virtual
async def test_a_response_can_be_watched_while_it_comes(now: Now) -> None:
    """`began` gives status and headers at once; the body goes on growing."""
    async with Asgi(now)(ticking([])) as client:
        visitor = visit(client, "GET", "/ticks/ann", at=1.0)
        response = await visitor.began()
        assert (now(), response.status, response.header["x-name"]) == (1.0, 200, "ann")
        assert response.ended_at is None
        await asyncio.sleep(2.5)
        assert response.body == b"0 1 2 "
        assert not visitor.is_over
        assert (await visitor.done()) is response
    assert response.text == "0 1 2 3 4 "


@virtual
async def test_a_visitor_leaves_on_an_event(now: Now) -> None:
    """The app sees the disconnect at that very time."""
    log: list[Any] = []
    async with Asgi(now)(ticking(log)) as client:
        visitor = visit(client, "GET", "/ticks/bob")
        await asyncio.sleep(1.5)
        visitor.leave()
        answer = await visitor.done()
    assert (answer.left, answer.body) == (True, b"0 1 ")
    assert log == ["bob cleaned up"]


@virtual
async def test_a_cancelled_visitor_leaves_as_well(now: Now) -> None:
    """The app goes on until it notices."""
    log: list[Any] = []
    async with Asgi(now)(ticking(log)) as client:
        visitor = visit(client, "GET", "/slow")
        await asyncio.sleep(1.25)
        await visitor.cancel()
        with pytest.raises(asyncio.CancelledError):
            await visitor.done()
        with pytest.raises(EOFError, match="before a response began"):
            await visitor.began()
        assert log == []
    assert (log, now()) == (["slow noticed"], 1.5)


@virtual
async def test_the_hook_is_called_when_the_response_begins(now: Now) -> None:
    """`on_start` of a plain request: headers are there, and no body yet."""
    seen: list[Any] = []
    async with Asgi(now)(ticking([])) as client:
        await client.get(
            "/ticks/eve", on_start=lambda r: seen.append((r.status, r.header["x-name"], r.body))
        )
    assert seen == [(200, "eve", b"")]


@virtual
async def test_the_app_waits_for_a_hook_that_can_be_awaited(now: Now) -> None:
    """So what the hook sees was there before the response, and not yet what comes after it."""
    log: list[Any] = []

    async def hook(_response: Any) -> None:
        await asyncio.sleep(2)
        log.append(("hook", now()))

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        log.append(("after", now()))
        await send({"type": "http.response.body", "body": b"x"})

    async with Asgi(now)(app, lifespan=False) as client:
        visitor = visit(client, "GET", "/", at=1.0, on_start=hook)
        began = await visitor.began()
        assert (now(), began.status, log) == (1.0, 200, [])
        assert (await visitor.done()).took == 2.0
    assert log == [("hook", 3.0), ("after", 3.0)]


@virtual
async def test_a_request_is_cancelled_in_the_app(now: Now) -> None:
    """As by a timeout around it; unless it has been answered before."""
    log: list[Any] = []
    async with Asgi(now)(ticking(log)) as client:
        cancelled = await client.get("/slow", cancel_at=1.25)
        answered = await client.get("/ticks/ann", cancel_at=60.0)
        await asyncio.sleep(120)

    assert (cancelled.status, type(cancelled.error)) == (500, asyncio.CancelledError)
    assert (cancelled.finished_at, cancelled.left) == (1.25, False)
    assert (answered.status, answered.error, answered.text) == (200, None, "0 1 2 3 4 ")
