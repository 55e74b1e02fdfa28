"""k310: a middleware sees every request and every response, many of them at once."""

import asyncio
import re
from contextlib import asynccontextmanager
from functools import partial

import pytest

from graders.kit.author import Observe, draw

HEADER = "x-process-time"
GAP = 1.0
"""Seconds between the arrivals of requests that overlap."""
NEAR = 0.5
"""Seconds by which equal times may differ: a mix-up is off by `GAP` or more."""

NUMBER = r"\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*"


# --- scenarios: what is done to the submission, and watched -----------------------------


REQUESTS = [
    "GET /wait/0",
    "GET /stream",
    "GET /login",
    "GET /notice",
    "GET /notice?again",
    "GET /wait/soon",
    "GET /nowhere",
    "POST /wait/0",
    "HEAD /wait/0",
    "GET /wait/0/",
    "GET /broken",
]
"""A route, a stream, cookies, a response that is sent twice, a 422, a 404, two of a 405,
a redirect, and an error."""


def shop(install=lambda _: None, *, first=False):
    """An app, of which the install comes first or last, and what happens in it by the way."""
    # Here, because only scenarios need it: the checks start without waiting for it.
    from fastapi import BackgroundTasks, FastAPI, Response, WebSocket
    from fastapi.responses import StreamingResponse

    happened = []
    notice = Response("closed on Sunday", media_type="text/plain")

    @asynccontextmanager
    async def lifespan(_):
        happened.append("startup")
        yield {"greeting": "hello"}
        happened.append("shutdown")

    app = FastAPI(lifespan=lifespan)
    if first:
        install(app)

    @app.get("/wait/{seconds}")
    async def wait(seconds: float):
        await asyncio.sleep(seconds)
        return {"waited": seconds}

    @app.get("/login")
    async def login(later: BackgroundTasks):
        async def letter():
            await asyncio.sleep(5.0)
            happened.append("background task")

        later.add_task(letter)
        response = Response("welcome", 202, media_type="text/plain", background=later)
        response.set_cookie("session", "s1")
        response.set_cookie("language", "en")
        return response

    @app.get("/notice")
    async def same_notice():
        return notice

    @app.get("/stream")
    async def stream():
        async def pieces():
            for piece in (b"one ", b"two ", b"three"):
                yield piece
                await asyncio.sleep(5.0)

        await asyncio.sleep(2.0)
        return StreamingResponse(pieces())

    @app.get("/broken")
    async def broken():
        happened.append("error")
        raise RuntimeError("broken")

    @app.post("/orders", status_code=201)
    async def order(goods: dict[str, int]):
        return {"ordered": goods}

    @app.websocket("/chat")
    async def chat(socket: WebSocket):
        await socket.accept(headers=[(b"x-room", b"1")])
        greeting = getattr(socket.state, "greeting", "no greeting")
        await socket.send_text(f"{greeting}, {await socket.receive_text()}")

    if not first:
        install(app)
    return app, happened


async def with_and_without(kata, asgi):
    """The same requests to three shops: with the install last, with it first, and without it."""
    seen = []
    for app, happened in (shop(kata.install), shop(kata.install, first=True), shop()):
        async with asgi(app, lifespan=False) as client:
            responses = [await client.request(*one.split()) for one in REQUESTS]
        seen.append(
            {"responses": dict(zip(REQUESTS, responses, strict=True)), "by the way": happened}
        )
    return seen


async def alone_and_together(kata, asgi, visitors, seconds=draw.wholes(5, 20, 60)):
    """Each request alone, then each four times, arriving one by one until all overlap."""
    paths = [f"/wait/{each}.25" for each in seconds]
    async with asgi(shop(kata.install)[0], lifespan=False) as client:
        alone = [await client.get(path) for path in paths]
        return {"alone": alone, "together": await visitors(client, paths * 4, every=GAP)}


async def clock_set_back(kata, asgi, clock, seconds=draw.whole(1200, 1500)):
    """The same request twice; during the second the computer's clock goes back an hour."""
    async with asgi(shop(kata.install)[0], lifespan=False) as client:
        before = await client.get(f"/wait/{seconds}")
        meanwhile = asyncio.create_task(client.get(f"/wait/{seconds}"))
        await asyncio.sleep(1.0)
        clock.set_date(-3600.0)
        return {"before": before, "meanwhile": await meanwhile}


async def orders_placed(kata, asgi, item=draw.word(), count=draw.whole(1, 99)):
    """An order comes in one piece and in three, from customers who leave after a minute without
    an answer."""
    body, kind = f'{{"{item}": {count}}}'.encode(), {"content-type": "application/json"}
    ways = ([body], [body[:4], body[4:6], body[6:]])
    async with asgi(shop(kata.install)[0], lifespan=False) as client:
        post = partial(client.post, "/orders", headers=kind, leave_at=60.0)
        return [await post(chunks=chunks) for chunks in ways]


async def beside_http(kata, asgi, ending):
    """A visitor of the chat, and the lifespan around it; in a shop with and in one without."""

    async def chat(client):
        async with client.websocket("/chat") as socket:
            await socket.send("Ada")
            return await socket.receive(), socket.headers

    seen = []
    for app, happened in (shop(kata.install), shop()):
        async with asgi(app) as client:
            seen.append([await client.get("/wait/0"), await ending(chat(client)), happened])
    return seen


# --- checks: what must be true of what was seen -----------------------------------------


def value(response):
    """The header's text, which every check needs."""
    lost = "'NoneType' object is not callable" in str(response.error)
    hint = ": does the middleware end with `return response`?" if lost else ""
    assert not response.error, f"a request was answered with {response}{hint}"
    assert HEADER in response.header, f"a response ({response.status}) has no X-Process-Time"
    return response.header[HEADER]


def figure(response):
    """The number that it begins with, in whatever unit: one check alone looks at the unit."""
    number = re.match(NUMBER, value(response))
    assert number, f"X-Process-Time is {value(response)!r}: that is no number"
    return float(number[0])


def sent(response):
    """When each piece of the body was sent, in seconds after the request."""
    return [round(send.at - response.started_at, 6) for send in response.sends if send.size]


@pytest.mark.points(2)
async def test_every_response_carries_it(observe: Observe):
    """Every response has an `X-Process-Time`: 200, 404 and 422 alike.

    - Ask your app for a path that does not exist. Who answers, and did your code see that answer?
    - A middleware lies around the whole app, so each response comes back through it:
      fastapi.tiangolo.com/tutorial/middleware.
    - After `response = await call_next(request)`, set `response.headers[...]` without looking at
      the status, or at whether it is there already.
    """
    seen = await observe(with_and_without)

    for shop, when in zip(seen.result, ("", " if its route comes after the install"), strict=False):
        for request in REQUESTS[:-1]:
            response = shop["responses"][request]
            if response.error:
                value(response)
            count = [name for name, _ in response.headers].count(HEADER)
            again = ", whose route returns the same Response again," if "again" in request else ""
            assert count == 1, (
                f"the {response.status} of `{request}`{again} has {count or 'no'} "
                f"X-Process-Time{when}"
            )


@pytest.mark.points(2)
async def test_it_tells_the_seconds(observe: Observe):
    """The header is the number of seconds that the request took.

    - What do you measure from, what to, and in which unit is the difference?
    - `time.perf_counter()` gives seconds as a float; a date's clock (`datetime.now()`,
      `time.time()`) is no stopwatch: docs.python.org/3/library/time.html#time.perf_counter.
    - Read it before `call_next` and after it, and make the difference text: `f"{...:.6f}"`.
    """
    seen = await observe(alone_and_together)

    for seconds, response in zip(seen.inputs.seconds, seen.alone, strict=True):
        took, said = seconds + 0.25, value(response)
        assert re.fullmatch(NUMBER, said), f"X-Process-Time is {said!r}: that is no plain number"
        assert abs(figure(response) - took) <= 0.01, (
            f"by `time.perf_counter()` a request took {took} s, its X-Process-Time is {said}"
        )
    seen = await observe(with_and_without)
    stream = seen.result[0]["responses"]["GET /stream"]
    assert abs(figure(stream) - 2.0) <= 0.01, (
        f"after 2 s a response began that went on for 15 s; its X-Process-Time is {value(stream)}"
    )


@pytest.mark.points(1)
async def test_the_wall_clock_does_not_matter(observe: Observe):
    """Setting the computer's clock does not change the header.

    - What does your clock show when the computer's is set back by an hour?
    - `time.time()` and `datetime.now()` are the date, and can jump. `time.perf_counter()` and
      `time.monotonic()` only ever go forward: docs.python.org/3/library/time.html#time.monotonic.
    - Take both readings from the same clock that never goes back.
    """
    seen = await observe(clock_set_back)

    seconds = seen.inputs.seconds
    assert figure(seen.before) > 10, (
        f"the X-Process-Time of a request of {seconds} s is {value(seen.before)}"
    )
    assert abs(figure(seen.meanwhile) - figure(seen.before)) < NEAR, (
        f"two requests took {seconds} s each, and during the second the computer's clock was set "
        f"back by an hour: X-Process-Time is {value(seen.before)}, then {value(seen.meanwhile)}"
    )


@pytest.mark.points(1)
async def test_each_request_has_its_own_time(observe: Observe):
    """Of requests that overlap, each has its own time.

    - Where is the start of the first request when the second one arrives?
    - Whatever lives on `self`, on the app or in a global is one for all requests that are under
      way: starlette.dev/middleware, "Per-request state".
    - A local variable of the middleware's function belongs to one request, and so does
      `request.state`.
    """
    seen = await observe(alone_and_together)

    alone, together, drawn = seen.alone, seen.together, seen.inputs.seconds
    assert len({value(response) for response in alone}) > 1, (
        f"X-Process-Time is {value(alone[0])} for requests of {min(drawn)} s and of {max(drawn)} s"
    )
    for seconds, one, same in zip(drawn * 4, alone * 4, together, strict=True):
        assert abs(figure(same) - figure(one)) < NEAR, (
            f"the X-Process-Time of a request of {seconds + 0.25} s is {value(one)} when it is "
            f"alone, and {value(same)} while {len(together) - 1} others are under way"
        )


@pytest.mark.points(1)
async def test_no_request_waits_for_another(observe: Observe):
    """Requests overlap as they did before, and nothing blocks the event loop.

    - While one request is in your middleware, what can all the others do?
    - A middleware runs on the event loop, for every request: a call that blocks stops them all,
      and a lock around `call_next` lets one through at a time:
      docs.python.org/3/library/asyncio-dev.html#running-blocking-code.
    - Read the clock, await `call_next`, read the clock, set the header: nothing else.
    """
    seen = await observe(alone_and_together)

    seen.assert_free()
    for seconds, response in zip(seen.inputs.seconds * 4, seen.together, strict=True):
        value(response)
        assert response.took == seconds + 0.25, (
            f"a request of {seconds + 0.25} s took {response.took} s while others were under way"
        )


@pytest.mark.points(1)
async def test_the_rest_stays_as_it_was(observe: Observe):
    """All else is the same with and without the install: status, body, other headers, streams.

    - What does a response have besides its body, may a header come twice, and when is it sent?
    - `response.headers` can be changed in place; a `dict` of it keeps only one `set-cookie`, and
      whoever collects the pieces of a stream holds them back: starlette.dev/responses.
    - Return the very response that `call_next` gave you.
    """
    seen = await observe(with_and_without)

    with_it, _, without = seen.result
    value(with_it["responses"]["GET /login"])
    for request, response in with_it["responses"].items():
        before = without["responses"][request]
        assert (response.status, response.body) == (before.status, before.body), (
            f"`{request}` is answered with {before} without the install, with it {response}"
        )
        new = [pair for pair in response.headers if pair[0] != HEADER]
        lost = [pair for pair in before.headers if pair not in new or new.remove(pair)]
        assert not lost, f"`{request}` has lost a header with the install: {': '.join(lost[0])}"
        assert not new, f"`{request}` has one more header with the install: {': '.join(new[0])}"
        assert str(response.error) == str(before.error), (
            f"`{request}` raised {before.error} without the install, with it {response.error}"
        )
        pieces, due = sent(response), sent(before)
        assert pieces == pytest.approx(due, abs=NEAR), (
            f"with the install, pieces of `{request}` are sent {pieces} s after it came, not {due}"
        )
    happened, due = with_it["by the way"], without["by the way"]
    assert happened == due, (
        f"besides the responses there was {happened} with the install, not {due}"
    )


@pytest.mark.points(1)
async def test_the_body_reaches_the_route(observe: Observe):
    """A request's body arrives at its route.

    - Who reads the body, and how often can it be read?
    - In ASGI `receive()` hands out each message once: who takes one from it has taken it from the
      route: asgi.readthedocs.io/en/latest/specs/www.html#request-receive-event.
    - Pass `receive` on, and do not call it; in `@app.middleware("http")` leave the body alone.
    """
    seen = await observe(orders_placed)

    goods = {seen.inputs.item: seen.inputs.count}
    for response, pieces in zip(seen.result, ("one piece", "three pieces"), strict=True):
        assert not response.left, (
            f"the route of a POST still waited for its body, which came in {pieces}, after a minute"
        )
        value(response)
        assert response.data == {"ordered": goods}, (
            f"an order of {goods} that came in {pieces} got {response}"
        )


@pytest.mark.points(1)
async def test_websockets_and_lifespan_go_on(observe: Observe):
    """A WebSocket, and the app's startup and shutdown, are the same with and without the install.

    - What calls an ASGI app besides HTTP requests?
    - A pure ASGI middleware is called for websockets and for the lifespan too, whose scopes have no
      method and whose messages are others: asgi.readthedocs.io/en/latest/specs/lifespan.html.
    - Pass on untouched whatever has not `scope["type"] == "http"`.
    """
    (response, chat, happened), (_, same_chat, due) = (await observe(beside_http)).result

    value(response)
    assert chat == same_chat, f"a WebSocket {chat} with the install, without it {same_chat}"
    assert happened == due, f"of the lifespan there was {happened} with the install, not {due}"
