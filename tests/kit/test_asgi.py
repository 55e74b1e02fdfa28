from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

import pytest
from fastapi import BackgroundTasks, Body, FastAPI, Request
from fastapi.responses import StreamingResponse

from graders.kit.instruments.clock import Clock, Stuck
from graders.kit.instruments.http.asgi import Asgi, ProtocolError
from graders.kit.instruments.http.lifespan import LifespanFailed
from graders.kit.shared import codec
from tests.kit.simulation import Now, virtual


def bare(serve: Callable[..., Coroutine[Any, Any, None]]) -> Any:
    """An ASGI app of one function, with nothing to start."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await serve(scope, receive, send)

    return app


START = {"type": "http.response.start", "status": 200, "headers": []}
LAST = {"type": "http.response.body", "body": b"last"}


def piece(body: bytes) -> dict[str, Any]:
    return {"type": "http.response.body", "body": body, "more_body": True}


@virtual
async def test_a_request_reaches_the_app_as_it_was_made(now: Now) -> None:
    """Method, path, query, headers and JSON arrive; status, headers and JSON come back."""
    app = FastAPI()

    @app.post("/items/{name}", status_code=201)
    async def create(request: Request, name: str, q: int, item: Any = Body()) -> Any:  # noqa: B008
        return [name, q, item, request.headers["x-key"]]

    async with Asgi(now)(app) as client:
        path, key = "/items/blue cup", {"X-Key": "k"}
        answer = await client.post(path, params={"q": 3}, json={"a": 1}, headers=key)
        wrong = await client.post("/items/x", params={"q": "three"}, json=1)

    assert (answer.status, answer.data) == (201, ["blue cup", 3, {"a": 1}, "k"])
    assert answer.header["content-type"] == "application/json"
    assert wrong.status == 422


@virtual
async def test_headers_that_repeat_are_kept(now: Now) -> None:
    """`headers` has them all, `header` joins them."""

    @bare
    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        pairs = [(b"Set-Cookie", b"a=1"), (b"set-cookie", b"b=2")]
        await send({**START, "headers": pairs})
        await send(LAST)

    async with Asgi(now)(app) as client:
        answer = await client.get("/")

    assert answer.headers == [("set-cookie", "a=1"), ("set-cookie", "b=2")]
    assert answer.header == {"set-cookie": "a=1, b=2"}
    assert (answer.text, answer.data) == ("last", None)


@virtual
async def test_a_stream_shows_each_piece_when_it_was_sent(now: Now) -> None:
    """Headers, pieces, the last byte and the end of the background work each have their time."""
    app = FastAPI()

    async def pieces() -> AsyncIterator[str]:
        for n in range(3):
            await asyncio.sleep(1)
            yield str(n)

    @app.get("/")
    async def stream(background: BackgroundTasks) -> StreamingResponse:
        background.add_task(asyncio.sleep, 5)
        return StreamingResponse(pieces(), background=background)

    async with Asgi(now)(app) as client:
        answer = await client.get("/")

    assert [(send.at, send.size, send.more) for send in answer.sends] == [
        (0, 0, False),
        (1, 1, True),
        (2, 1, True),
        (3, 1, True),
        (3, 0, False),
    ]
    assert answer.text == "012"
    times = (answer.started_at, answer.first_byte_at, answer.ended_at, answer.finished_at)
    assert times == (0, 1, 3, 8)


@virtual
async def test_background_work_may_go_on_after_the_answer(now: Now) -> None:
    """Until `sent` returns at the last byte; leaving the client waits for the rest."""
    app = FastAPI()

    @app.get("/")
    async def route(background: BackgroundTasks) -> int:
        background.add_task(asyncio.sleep, 5)
        return 1

    async with Asgi(now)(app) as client:
        answer = await client.get("/", until="sent")
        assert (now(), answer.data, answer.finished_at) == (0, 1, None)

    assert (now(), answer.finished_at) == (5, 5)


@virtual
async def test_requests_overlap(now: Now) -> None:
    """Fifty requests at once take as long as one."""
    app = FastAPI()

    @app.get("/")
    async def route() -> None:
        await asyncio.sleep(1)

    async with Asgi(now)(app) as client:
        answers = await asyncio.gather(*(client.get("/") for _ in range(50)))

    assert {answer.finished_at for answer in answers} == {1.0}


@virtual
async def test_a_body_may_arrive_in_pieces(now: Now) -> None:
    """Each of `chunks` is one message; after them the app hears nothing till it has answered."""
    heard: list[Any] = []

    @bare
    async def app(_scope: Any, receive: Any, send: Any) -> None:
        heard.extend([await receive() for _ in range(2)])
        await send(START)
        await send(LAST)
        heard.append(await receive())

    async with Asgi(now)(app) as client:
        await client.post("/", chunks=[b"one", b"two"])

    assert [(m.get("body"), m.get("more_body")) for m in heard] == [
        (b"one", True),
        (b"two", False),
        (None, None),
    ]
    assert heard[2]["type"] == "http.disconnect"


@virtual
async def test_a_client_that_leaves_is_heard_and_no_more_is_received(now: Now) -> None:
    """At `leave_at` the app hears a disconnect; what it sends then is noted, not received."""
    heard: list[Any] = []

    @bare
    async def app(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send(START)
        await send(piece(b"one"))
        heard.append((await receive(), now()))
        await send(piece(b"two"))

    async with Asgi(now)(app) as client:
        answer = await client.get("/", leave_at=2.5)

    assert heard == [({"type": "http.disconnect"}, 2.5)]
    assert (answer.left, answer.body, answer.ended_at, answer.error) == (True, b"one", None, None)
    assert [send.size for send in answer.sends] == [0, 3, 3]


@virtual
async def test_leaving_cancels_a_stream_below_spec_2_4_and_fails_it_above(now: Now) -> None:
    """Starlette cancels the stream on the disconnect up to 2.3, and trusts `send` from 2.4."""
    app, ends = FastAPI(), []

    async def ticks() -> AsyncIterator[str]:
        try:
            while True:
                yield "tick"
                await asyncio.sleep(1)
        finally:
            ends.append(now())

    @app.get("/")
    async def stream() -> StreamingResponse:
        return StreamingResponse(ticks())

    for spec in ("2.3", "2.4"):
        async with Asgi(now)(app, spec_version=spec) as client:
            answer = await client.get("/", leave_at=2.5)
            assert answer.text == "tick" * 3

    assert ends[0] == 2.5
    assert type(answer.error).__name__ == "ClientDisconnect"


@virtual
async def test_a_client_that_stops_reading_blocks_the_sender(now: Now) -> None:
    """After `stall_after` pieces the next `send` waits until the client leaves."""
    made: list[float] = []

    @bare
    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send(START)
        for _ in range(4):
            made.append(now())
            await send(piece(b"x"))

    async with Asgi(now)(app) as client:
        answer = await client.get("/", stall_after=2, leave_at=10.0)

    assert made == [0, 0, 0, 10]
    assert (answer.body, answer.left) == (b"xx", True)


@virtual
async def test_a_caller_that_gives_up_has_left(now: Now) -> None:
    """Cancelling a request is a disconnect to the app, not a cancellation."""
    heard: list[Any] = []

    @bare
    async def app(_scope: Any, receive: Any, _send: Any) -> None:
        await receive()
        heard.append((await receive())["type"])

    async with Asgi(now)(app) as client:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.get("/"), 1.0)

    assert heard == ["http.disconnect"]


@virtual
async def test_what_escapes_the_app_is_kept(now: Now) -> None:
    """An exception is in `error`; the status is 500 unless another was sent before."""

    @bare
    async def app(scope: Any, _receive: Any, send: Any) -> None:
        if scope["path"] == "/late":
            await send(START)
        raise ValueError(scope["path"])

    async with Asgi(now)(app) as client:
        early, late = await client.get("/early"), await client.get("/late")

    assert (early.status, repr(early.error)) == (500, "ValueError('/early')")
    assert (late.status, repr(late.error), late.ended_at) == (200, "ValueError('/late')", None)


@pytest.mark.parametrize(
    ("messages", "fault"),
    [
        ([], "the app returned without starting its response"),
        ([START, piece(b"")], "the app returned without completing its response"),
        ([LAST], "the app sent http.response.body where http.response.start was due"),
        ([START, START], "the app sent http.response.start where http.response.body was due"),
        ([START, LAST, LAST], "the app sent http.response.body where nothing more was due"),
        ([START, {"type": "x"}], "the app sent x where http.response.body was due"),
    ],
)
async def test_a_broken_protocol_is_explained(messages: Any, fault: str) -> None:
    """An app that breaks the rules of ASGI reads which."""

    @bare
    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)

    async with Asgi(lambda: 0.0)(app) as client:
        answer = await client.get("/")

    assert isinstance(answer.error, ProtocolError)
    assert str(answer.error) == fault


async def test_no_such_route_is_an_ordinary_answer() -> None:
    """A path that the app does not serve is a 404, no error."""
    async with Asgi(lambda: 0.0)(FastAPI()) as client:
        answer = await client.get("/nowhere?x=1")

    assert (answer.status, answer.data, answer.error) == (404, {"detail": "Not Found"}, None)


@pytest.mark.parametrize("app", [None, "app", 3])
async def test_what_is_no_app_is_named(app: Any) -> None:
    """What can't be called is refused before anything starts."""
    with pytest.raises(TypeError, match=f"but this is a {type(app).__name__}"):
        async with Asgi(lambda: 0.0)(app):
            pytest.fail("an app that is none was entered")


def test_an_app_that_never_answers_is_named_by_its_request() -> None:
    """In virtual time a hung app ends at once, and the request that hangs is named."""

    @bare
    async def app(_scope: Any, _receive: Any, _send: Any) -> None:
        await asyncio.Event().wait()

    async def main() -> None:
        async with Asgi(lambda: clock.elapsed)(app) as client:
            await client.get("/hang")

    clock = Clock()
    with clock, asyncio.Runner(loop_factory=clock.loop) as runner, pytest.raises(Stuck) as caught:
        runner.run(main())

    assert any("GET /hang" in waiting.task_name for waiting in caught.value.waiting)


@virtual
async def test_an_app_that_never_answers_can_be_left(now: Now) -> None:
    """Until `sent` a client that leaves returns, and an exception cancels what still runs."""
    cancelled = []

    @bare
    async def app(_scope: Any, _receive: Any, _send: Any) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append(now())

    answers = []

    async def scenario() -> None:
        async with Asgi(now)(app) as client:
            answers.append(await client.get("/", leave_at=3.0, until="sent"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await scenario()

    (answer,) = answers
    assert (answer.left, answer.status, cancelled) == (True, None, [3.0])
    assert isinstance(answer.error, asyncio.CancelledError)


@virtual
async def test_context_variables_do_not_leak_out_of_a_request(now: Now) -> None:
    """Each request has a context of its own."""
    seen: ContextVar[str] = ContextVar("seen", default="nothing")

    @bare
    async def app(scope: Any, _receive: Any, send: Any) -> None:
        found = seen.get()
        seen.set(scope["path"])
        await send(START)
        await send({**LAST, "body": found.encode()})

    async with Asgi(now)(app) as client:
        answers = [await client.get("/a"), await client.get("/b")]

    assert [answer.text for answer in answers] == ["nothing", "nothing"]
    assert seen.get() == "nothing"


@virtual
async def test_the_lifespan_surrounds_the_requests(now: Now) -> None:
    """Start-up precedes, shut-down waits for background work; both are in one task."""
    events: list[Any] = []

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        task = asyncio.current_task()
        await asyncio.sleep(1)
        yield {"pool": "open"}
        events.append(("closed", now(), asyncio.current_task() is task))

    app = FastAPI(lifespan=lifespan)

    @app.get("/")
    async def route(request: Request, background: BackgroundTasks) -> str:
        background.add_task(asyncio.sleep, 5)
        return str(request.state.pool)

    async with Asgi(now)(app) as client:
        answer = await client.get("/", until="sent")
        assert (answer.data, answer.started_at) == ("open", 1)

    assert events == [("closed", 6, True)]


@pytest.mark.parametrize("phase", ["startup", "shutdown"])
async def test_a_failed_lifespan_gives_the_reason(phase: str) -> None:
    """An app that can't start up or shut down says why, in its own words."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        if phase == "startup":
            raise OSError("no database")
        yield
        raise OSError("no database")

    with pytest.raises(LifespanFailed) as caught:
        async with Asgi(lambda: 0.0)(FastAPI(lifespan=lifespan)) as client:
            assert (await client.get("/")).status == 404

    assert str(caught.value) == f"the app's {phase} failed: OSError: no database"
    assert isinstance(caught.value.__cause__, OSError)


async def test_a_start_that_was_refused_gives_the_message() -> None:
    """An app may refuse to start without raising."""

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "lifespan.startup.failed", "message": "no key"})

    with pytest.raises(LifespanFailed, match="the app's startup failed: no key"):
        async with Asgi(lambda: 0.0)(app):
            pytest.fail("an app that did not start was entered")


async def test_the_lifespan_can_be_skipped() -> None:
    """An app that speaks only HTTP is driven without one, and fails with one."""

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        await send(START)
        await send(LAST)

    async with Asgi(lambda: 0.0)(app, lifespan=False) as client:
        assert (await client.get("/")).text == "last"
    with pytest.raises(LifespanFailed, match="startup failed: AssertionError"):
        async with Asgi(lambda: 0.0)(app):
            pytest.fail("an app that did not start was entered")


@virtual
async def test_a_response_crosses_the_boundary(now: Now) -> None:
    """A response is plain data once encoded, its error included."""

    @bare
    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send(START)
        await send({**LAST, "body": b'{"n": [1]}'})
        raise ValueError("afterwards")

    async with Asgi(now)(app) as client:
        seen = codec.decode(codec.encode(await client.get("/")))

    assert (seen.status, seen.data, seen.body) == (200, {"n": [1]}, b'{"n": [1]}')
    assert [send.type for send in seen.sends] == ["http.response.start", "http.response.body"]
    assert str(seen.error) == "ValueError: afterwards"
