"""k310: a middleware sees every request and every response, many of them at once."""

import asyncio
import re

import pytest

from graders.kit.author import Observe, draw

HEADER = "x-process-time"
GAP = 1.0
"""Seconds between the arrivals of requests that overlap."""
NEAR = 0.5
"""Seconds by which equal times may differ: a mix-up is off by `GAP` or more."""

NUMBER = r"\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*"


# --- scenarios: what is done to the submission, and watched -----------------------------


def shop(install=lambda _: None):
    """An app with some routes and nothing else, and then the install."""
    # Here, because only scenarios need it: the checks start without waiting for it.
    from fastapi import FastAPI, Response

    app = FastAPI()

    @app.get("/wait/{seconds}")
    async def wait(seconds: float):
        await asyncio.sleep(seconds)
        return {"waited": seconds}

    @app.get("/login")
    async def login():
        response = Response("welcome", status_code=202, media_type="text/plain")
        response.set_cookie("session", "s1")
        response.set_cookie("language", "en")
        return response

    @app.post("/orders", status_code=201)
    async def order(goods: dict[str, int]):
        return {"ordered": goods}

    install(app)
    return app


async def answered(request):
    """The response; if the app crashed, its exception, with the line that raised it."""
    response = await request
    if response.error and not response.left:
        raise response.error
    return response


async def with_and_without(kata, asgi):
    """The same requests to two shops, of which one had the install."""
    async with asgi(shop(kata.install)) as with_it, asgi(shop()) as without:
        return {
            path: (await answered(with_it.get(path)), await answered(without.get(path)))
            for path in ("/wait/0", "/login", "/wait/soon", "/nowhere")
        }


async def alone_and_together(kata, asgi, visitors, seconds=draw.wholes(5, 20, 60)):
    """Each request alone, then each twice, arriving one by one and overlapping."""
    paths = [f"/wait/{each}.25" for each in seconds]
    async with asgi(shop(kata.install)) as client:
        alone = [await answered(client.get(path)) for path in paths]
        together = await visitors(client, paths * 2, every=GAP)
    for response in together:
        if response.error:
            raise response.error
    return {"alone": alone, "together": together}


async def clock_set_back(kata, asgi, clock, seconds=draw.whole(3, 9)):
    """The same request twice; during the second the computer's clock goes back an hour."""
    async with asgi(shop(kata.install)) as client:
        before = await answered(client.get(f"/wait/{seconds}"))
        meanwhile = asyncio.create_task(answered(client.get(f"/wait/{seconds}")))
        await asyncio.sleep(1.0)
        clock.set_date(-3600.0)
        return {"before": before, "meanwhile": await meanwhile}


async def order_placed(kata, asgi, item=draw.word(), count=draw.whole(1, 99)):
    """An order is posted, by a customer who leaves after a minute without an answer."""
    async with asgi(shop(kata.install)) as client:
        return await answered(client.post("/orders", json={item: count}, leave_at=60.0))


# --- checks: what must be true of what was seen -----------------------------------------


def value(response):
    """The header's text, which every check needs."""
    assert HEADER in response.header, f"a response ({response.status}) has no X-Process-Time"
    return response.header[HEADER]


def figure(response):
    """The number that it begins with, in whatever unit: one check alone looks at the unit."""
    number = re.match(NUMBER, value(response))
    assert number, f"X-Process-Time is {value(response)!r}: that is no number"
    return float(number[0])


@pytest.mark.points(2)
async def test_every_response_carries_it(observe: Observe):
    """Every response has an `X-Process-Time`: 200, 404 and 422 alike.

    - Ask your app for a path that does not exist. Who answers, and did your code see that answer?
    - A middleware lies around the whole app, so each response comes back through it:
      fastapi.tiangolo.com/tutorial/middleware.
    - After `response = await call_next(request)`, set the header without looking at the status.
    """
    seen = await observe(with_and_without)

    for path, (response, _) in seen.result.items():
        assert HEADER in response.header, (
            f"the {response.status} of GET {path} has no X-Process-Time; "
            f"its headers are {', '.join(response.header)}"
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
    assert figure(seen.before) != 0, f"the X-Process-Time of a request of {seconds} s is 0"
    assert abs(figure(seen.meanwhile) - figure(seen.before)) < NEAR, (
        f"two requests took {seconds} s each, and during the second the computer's clock was set "
        f"back by an hour: X-Process-Time is {value(seen.before)}, then {value(seen.meanwhile)}"
    )


@pytest.mark.points(2)
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
    for seconds, one, same in zip(drawn * 2, alone * 2, together, strict=True):
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
    for seconds, response in zip(seen.inputs.seconds * 2, seen.together, strict=True):
        value(response)
        assert response.took == seconds + 0.25, (
            f"a request of {seconds + 0.25} s took {response.took} s while others were under way"
        )


@pytest.mark.points(1)
async def test_the_rest_stays_as_it_was(observe: Observe):
    """Status, body and all other headers are the same with and without the install.

    - What does a response have besides its body, and may a header come twice?
    - `response.headers` can be changed in place; a `dict` of it keeps only one `set-cookie`:
      starlette.dev/responses.
    - Return the very response that `call_next` gave you.
    """
    seen = await observe(with_and_without)

    value(seen.result["/login"][0])
    for path, (response, before) in seen.result.items():
        rest = sorted(header for header in response.headers if header[0] != HEADER)
        assert (response.status, response.body) == (before.status, before.body), (
            f"`GET {path}` is answered with {before} without the install, with it {response}"
        )
        assert rest == sorted(before.headers), (
            f"the other headers of `GET {path}` are {rest} with the install, "
            f"{sorted(before.headers)} without it"
        )


@pytest.mark.points(1)
async def test_the_body_reaches_the_route(observe: Observe):
    """A request's body arrives at its route.

    - Who reads the body, and how often can it be read?
    - In ASGI `receive()` hands out each message once: who takes one from it has taken it from the
      route: asgi.readthedocs.io/en/latest/specs/www.html#request-receive-event.
    - Pass `receive` on, and do not call it; in `@app.middleware("http")` leave the body alone.
    """
    seen = await observe(order_placed)

    response, goods = seen.result, {seen.inputs.item: seen.inputs.count}
    assert not response.left, "the route of a POST was still waiting for its body after a minute"
    assert response.data == {"ordered": goods}, f"an order of {goods} got {response}"
    value(response)
