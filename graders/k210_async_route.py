"""k210: a route that awaits serves everybody else while it waits."""

import asyncio

import pytest

from graders.kit.author import Observe, draw

# --- scenarios: what is done to the submission, and watched -----------------------------


async def three_visitors_in_turn(kata, asgi, calls, messages=draw.words(3)):
    """One after the other; `work` returns something else for each."""
    news = iter(messages)
    work = worker(calls, returns=lambda: next(news, "nothing new"))
    app = kata.create_app(work)
    async with asgi(app) as client:
        before = len(calls.records)
        answers = [await client.get("/") for _ in messages]
    return {"before": before, "answers": answers}


async def three_items(kata, asgi, calls, number=draw.whole(1, 999), word=draw.word()):
    """One id is a whole number, two are not."""
    async with asgi(kata.create_app(worker(calls))) as client:
        ids = (str(number), word, f"{number}.5")
        return {item: await client.get(f"/items/{item}") for item in ids}


async def twenty_visitors_at_once(kata, asgi, calls, visitors):
    """Each `work` takes a second, in which the other nineteen could begin theirs."""
    async with asgi(kata.create_app(worker(calls, latency=1.0))) as client:
        return await visitors(client, ["/"] * 20)


async def a_ping_among_visitors(kata, asgi, calls, visitors):
    """More visitors wait than a server has threads; after a second there is a ping."""
    app = kata.create_app(worker(calls, latency=10.0))
    async with asgi(app) as client, visitors(client, ["/"] * 50):
        await asyncio.sleep(1.0)
        at_work = len(calls.records)
        ping = await client.get("/ping")
    return {"at_work": at_work, "ping": ping}


def served_by_uvicorn(kata, server, calls, message=draw.word()):
    """As in life: the file is imported, which makes the app; then uvicorn starts a loop."""
    app = kata.create_app(worker(calls, returns=message))

    async def visit():
        async with server(app) as running:
            answers = [await running.get(path) for path in ("/", "/items/7", "/ping")]
            return {"answers": answers, "errors": running.errors}

    return asyncio.run(visit())


def worker(calls, *, latency=0.0, returns="done"):
    """A `work` without parameters, as the brief says: a framework may look at its signature."""
    fake = calls.awaitable("work", latency=latency, returns=returns)

    async def work():
        return await fake()

    work.__qualname__ = "work"
    return work


# --- checks: what must be true of what was seen -----------------------------------------


@pytest.mark.points(1)
async def test_the_visitor_is_told_what_work_said(observe: Observe):
    """`GET /` answers {"message": ...} with what `work` returned.

    - What is in the dictionary that your route returns: a text, or something that will be one?
    - `work()` is a coroutine until it is awaited: fastapi.tiangolo.com/async.
    - `return {"message": await work()}`.
    """
    seen = await observe(three_visitors_in_turn)

    answer, message = seen.answers[0], seen.inputs.messages[0]
    assert (answer.status, answer.data) == (200, {"message": message}), (
        f"`work` returned {message!r}, and `GET /` was answered with {answer}"
    )


@pytest.mark.points(1)
async def test_work_runs_for_each_visitor(observe: Observe):
    """`work` is done for each visitor who asks, and not before the first one asks.

    - How often does `work` run when three visitors come?
    - A coroutine can be awaited once, and its result is old news afterwards; calling the coroutine
      function again makes a new one: docs.python.org/3/library/asyncio-task.html#awaitables.
    - Call `work` inside the route.
    """
    seen = await observe(three_visitors_in_turn)

    assert seen.before == 0, f"`work` ran {seen.before} times before the first visitor came"
    visits = list(enumerate(zip(seen.answers, seen.inputs.messages, strict=True), 1))
    for number, (answer, message) in visits[1:]:
        assert answer.data == {"message": message}, (
            f"visitor {number} was answered with {answer}; "
            f"`work`, called again, would have returned {message!r}"
        )


@pytest.mark.points(1)
async def test_an_item_has_a_whole_number(observe: Observe):
    """`GET /items/7` answers {"item_id": 7}, and any other kind of id gets status 422.

    - What type has `item_id` inside your route?
    - FastAPI converts a path parameter to the type it is annotated with, and refuses with 422 what
      does not fit: fastapi.tiangolo.com/tutorial/path-params.
    - `async def item(item_id: int)`.
    """
    seen = await observe(three_items)

    (item, answer), *others = seen.result.items()
    assert (answer.status, answer.data) == (200, {"item_id": int(item)}), (
        f"`GET /items/{item}` was answered with {answer}"
    )
    for item, answer in others:
        assert answer.status == 422, f"`GET /items/{item}` was answered with {answer}, not with 422"


@pytest.mark.points(3)
async def test_twenty_visitors_wait_together(observe: Observe):
    """When twenty visitors come at once, twenty `work` are under way at once.

    - Has the twentieth `work` begun when the first one ends?
    - Each request is a task of its own, so what each awaits overlaps with the others, unless they
      queue for something, such as a lock or the loop itself: fastapi.tiangolo.com/async.
    - Await `work()` in the route with nothing around it.
    """
    seen = await observe(twenty_visitors_at_once)

    failed = [answer for answer in seen.result if answer.status != 200]
    assert not failed, f"{len(failed)} of 20 visitors were answered with {failed[0]}"
    most = seen.calls("work").most_in_flight
    assert most == 20, f"of 20 visitors who came at once, at most {most} had a `work` under way"


@pytest.mark.points(1)
async def test_work_runs_on_the_loop_of_the_app(observe: Observe):
    """`work` runs on the event loop that serves the app.

    - On which thread, and on which loop, does `work` run?
    - A plain `def` route runs on a worker thread. `asyncio.run` makes a second loop there, and a
      client or a connection of the first one does not work on it: fastapi.tiangolo.com/async.
    - Make the route `async def`, and await `work()` there.
    """
    seen = await observe(twenty_visitors_at_once)

    threads = seen.calls("work").threads
    assert threads, "`work` never ran, though 20 visitors came"
    assert threads == {"loop"}, "`work` ran on a worker thread, not on the event loop of the app"


@pytest.mark.points(2)
async def test_a_ping_is_answered_meanwhile(observe: Observe):
    """`GET /ping` is answered at once, though fifty visitors wait at `GET /`.

    - What does the event loop do while your routes wait? And have you a thread left for the ping?
    - A blocking call in an `async def` route stops every other route; a plain `def` route occupies
      one of forty threads until it returns: fastapi.tiangolo.com/async.
    - Make every route `async def`, and wait in them with `await` only.
    """
    seen = await observe(a_ping_among_visitors)

    assert (seen.ping.status, seen.ping.data) == (200, {"ping": "pong"}), (
        f"`GET /ping` was answered with {seen.ping}"
    )
    assert seen.at_work, "50 visitors came, and no `work` was under way for any of them"
    seen.assert_free()
    assert seen.ping.ended_at == 1.0, (
        f"`GET /ping` came 1 s after the others and was answered at {seen.ping.ended_at:g} s"
    )


@pytest.mark.points(1)
async def test_uvicorn_serves_it(observe: Observe):
    """The app is made before any loop runs, and a real uvicorn serves it.

    - Which loop runs at the moment when `create_app` is called?
    - `uvicorn file:app` imports the file first and starts its loop afterwards; what belongs to a
      loop has to wait until a route or the lifespan runs: fastapi.tiangolo.com/advanced/events.
    - Let `create_app` only declare the routes.
    """
    seen = await observe(served_by_uvicorn)

    statuses = [answer.status for answer in seen.answers]
    assert statuses == [200, 200, 200], (
        f"uvicorn answered `/`, `/items/7` and `/ping` with {statuses}"
        + (f": the app raised {seen.errors[0]}" if seen.errors else "")
    )
    assert seen.inputs.message in seen.answers[0].text, (
        f"`work` returned {seen.inputs.message!r}, and over a real socket "
        f"`GET /` was answered with {seen.answers[0]}"
    )
