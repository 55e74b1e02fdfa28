"""k310: a middleware sees every request and every response, many of them at once."""

import asyncio
import re

import pytest

from graders.kit.author import Observe, draw

HEADER = "x-process-time"
GAP = 1.0
"""Seconds between the arrivals of requests that overlap."""
NEAR = 0.5
"""Seconds by which two times may differ and still be the same: a mix-up is off by `GAP` or more."""

NUMBER = r"\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*"


# --- scenarios: what is done to the submission, and watched -----------------------------


def shop():
    """An app as an install finds it: some routes, and nothing else."""
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

    return app


async def get(client, path):
    """The response; a crash of the app goes on from here, with the line it happened on."""
    response = await client.get(path)
    if response.error:
        raise response.error
    return response


async def with_and_without(kata, asgi):
    """The same requests to two shops, of which one had the install."""
    timed, plain = shop(), shop()
    kata.install(timed)
    async with asgi(timed) as with_it, asgi(plain) as without:
        return {
            path: (await get(with_it, path), await get(without, path))
            for path in ("/wait/0", "/login", "/wait/soon", "/nowhere")
        }


async def alone_and_together(kata, asgi, seconds=draw.wholes(5, 20, 60)):
    """Each request alone, then each twice, arriving one by one and overlapping."""
    app = shop()
    kata.install(app)
    async with asgi(app) as client:

        async def arriving(turn, each):
            await asyncio.sleep(turn * GAP)
            return await get(client, f"/wait/{each}.25")

        alone = [await get(client, f"/wait/{each}.25") for each in seconds]
        arrivals = [arriving(turn, each) for turn, each in enumerate(seconds * 2)]
        return {"alone": alone, "together": await asyncio.gather(*arrivals)}


async def clock_set_back(kata, asgi, clock, seconds=draw.whole(3, 9)):
    """The same request twice; during the second the computer's clock goes back an hour."""
    app = shop()
    kata.install(app)
    async with asgi(app) as client:
        before = await get(client, f"/wait/{seconds}")
        meanwhile = asyncio.create_task(get(client, f"/wait/{seconds}"))
        await asyncio.sleep(1.0)
        clock.set_date(-3600.0)
        return {"before": before, "meanwhile": await meanwhile}


async def order_placed(kata, asgi, item=draw.word(), count=draw.whole(1, 99)):
    """An order is posted, by a customer who leaves after a minute without an answer."""
    app = shop()
    kata.install(app)
    async with asgi(app) as client:
        response = await client.post("/orders", json={item: count}, leave_at=60.0)
    if response.error and not response.left:
        raise response.error
    return response


# --- checks: what must be true of what was seen -----------------------------------------


def told(response):
    """The header's text, which every check needs."""
    assert HEADER in response.header, f"a response ({response.status}) has no X-Process-Time"
    return response.header[HEADER]


def figure(response):
    """The number at the header's beginning, in whatever unit: one check alone judges the unit."""
    number = re.match(NUMBER, told(response))
    assert number, f"X-Process-Time is {told(response)!r}: that is no number"
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

    for seconds, response in zip(seen.inputs.seconds, seen.result["alone"], strict=True):
        took = seconds + 0.25
        assert re.fullmatch(NUMBER, told(response)), (
            f"X-Process-Time is {told(response)!r}: that is no plain number of seconds"
        )
        assert abs(figure(response) - took) <= 0.01, (
            f"by `time.perf_counter()` a request took {took} s, "
            f"its X-Process-Time is {told(response)}"
        )


@pytest.mark.points(1)
async def test_the_wall_clock_does_not_matter(observe: Observe):
    """Setting the computer's clock does not change what the header tells.

    - What does your clock show when somebody sets the computer's back by an hour, as time servers
      and people do?
    - `time.time()` and `datetime.now()` are the date, and can jump. `time.perf_counter()` and
      `time.monotonic()` only ever go forward: docs.python.org/3/library/time.html#time.monotonic.
    - Take both readings from the same clock that never goes back.
    """
    seen = await observe(clock_set_back)

    before, meanwhile = seen.result["before"], seen.result["meanwhile"]
    assert figure(before) != 0, f"a request of {seen.inputs.seconds} s tells 0 to begin with"
    assert abs(figure(meanwhile) - figure(before)) < NEAR, (
        f"two requests took {seen.inputs.seconds} s each; during the second the computer's clock "
        f"was set back by an hour: the first tells {told(before)}, the second {told(meanwhile)}"
    )


@pytest.mark.points(2)
async def test_each_request_has_its_own_time(observe: Observe):
    """Requests that overlap each tell their own time.

    - Where is the start of the first request when the second one arrives?
    - Whatever lives on `self`, on the app or in a global is one for all requests that are under
      way: starlette.dev/middleware, "Per-request state".
    - A local variable of the middleware's function belongs to one request, and so does
      `request.state`.
    """
    seen = await observe(alone_and_together)

    alone, together = seen.result["alone"], seen.result["together"]
    assert len({told(response) for response in alone}) > 1, (
        f"requests of {min(seen.inputs.seconds)} to {max(seen.inputs.seconds)} s "
        f"all tell {told(alone[0])}"
    )
    for seconds, one, same in zip(seen.inputs.seconds * 2, alone * 2, together, strict=True):
        assert abs(figure(same) - figure(one)) < NEAR, (
            f"a request of {seconds + 0.25} s tells {told(one)} when it is alone, and "
            f"{told(same)} while {len(together) - 1} others are under way"
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

    assert not seen.blocking, (
        f"{seen.blocking[0].call} held the event loop, and every request with it"
    )
    for seconds, response in zip(seen.inputs.seconds * 2, seen.result["together"], strict=True):
        told(response)
        took = response.ended_at - response.started_at
        assert took == seconds + 0.25, (
            f"a request of {seconds + 0.25} s took {took:g} s while others were under way"
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

    told(seen.result["/login"][0])
    for path, (response, before) in seen.result.items():
        rest = sorted(header for header in response.headers if header[0] != HEADER)
        assert response.status == before.status, (
            f"GET {path} answers {before.status} without the install, {response.status} with it"
        )
        assert response.body == before.body, (
            f"the body of GET {path} is {before.text!r} without the install, "
            f"{response.text!r} with it"
        )
        assert rest == sorted(before.headers), (
            f"the other headers of GET {path} are {rest} with the install, "
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
    assert response.data == {"ordered": goods}, (
        f"an order of {goods} was answered with {response.status} {response.text}"
    )
    told(response)
