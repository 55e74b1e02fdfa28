"""k210: a route that awaits serves everybody else while it waits."""

import asyncio
import gc
import itertools

import pytest

from graders.kit.author import Observe, Record, draw

HUNDRED, FAILS = 100, 50
"""Visitors at once, and which of them, from 0, has a `work` that raises."""
ERRORS = (
    *(RuntimeError, ValueError, KeyError, PermissionError, FileNotFoundError, ConnectionError),
    *(TimeoutError, NotImplementedError, Exception),
)
"""What `work` may raise: some of them look like a status of their own, or like a second try."""

# --- scenarios: what is done to the submission, and watched -----------------------------


def worker(calls, says, *, latency=0.0, raises=None):
    """A `work` without parameters, as the brief says: a framework may look at its signature.

    Call number n, from 0, returns `says(n)`, or raises `raises(n)` if that is an error.
    """
    fake = calls.awaitable("work", latency=latency, returns=says, raises=raises)
    numbers = itertools.count()

    async def work():
        return await fake(next(numbers))

    work.__qualname__ = "work"
    return work


def without_frames(errors):
    """What the app raised, as texts: the frames of an exception would keep alive what the app has
    forgotten, and nobody would learn that it was never awaited."""
    texts = [f"{type(error).__name__}: {error}" if error else None for error in errors]
    errors.clear()
    gc.collect()
    return texts


def as_texts(answers):
    """Answers whose errors are texts."""
    errors = [answer.error for answer in answers]
    for answer in answers:
        answer.error = None
    for answer, text in zip(answers, without_frames(errors), strict=True):
        answer.error = text
    return answers


async def one_visitor_each(kata, asgi, calls, word=draw.word()):
    """Three apps after one another: a word, a text that counts as false, half an hour."""
    works = [
        worker(calls, lambda _: word),
        worker(calls, lambda _: ""),
        worker(calls, lambda _: f'"{word}" ≠ é', latency=1800.0),
    ]
    answers = []
    for work in works:
        async with asgi(kata.create_app(work)) as client:
            answers.append(await client.get("/"))
    return as_texts(answers)


async def some_fail(kata, asgi, calls, word=draw.word()):
    """For each visitor `work` raises another kind of error, as often as it is called; for the last
    one it is well."""
    errors = [*(error("out of paper") for error in ERRORS), None]
    answers, counts = [], []
    work = worker(calls, lambda _: word, raises=lambda _: errors[len(answers)])
    async with asgi(kata.create_app(work)) as client:
        for _ in errors:
            answers.append(await client.get("/"))
            counts.append(len(calls.records))
    return {"answers": as_texts(answers), "counts": counts}


async def visitors_in_turn(kata, asgi, calls, word=draw.word()):
    """Three visitors of an app and one of another; before them a ping and an item."""
    here = kata.create_app(worker(calls, f"{word} {{}}!".format))
    there = kata.create_app(worker(calls, f"{{}} {word}!".format))
    async with asgi(here) as client, asgi(there) as other:
        for path in ("/ping", "/items/7"):
            await client.get(path)
        answers, counts = [], [len(calls.records)]
        for one in (client, client, other, client):
            answers.append(await one.get("/"))
            counts.append(len(calls.records))
    return {"answers": as_texts(answers), "counts": counts}


async def some_items(kata, asgi, calls, number=draw.whole(1, 999), word=draw.word()):
    """Three ids are whole numbers, three are not."""
    async with asgi(kata.create_app(worker(calls, str))) as client:
        ids = (str(number), "0", str(-number), word, f"{number}.5", "1e3")
        return {item: await client.get(f"/items/{item}") for item in ids}


async def a_hundred_visitors(kata, asgi, calls, visitors, word=draw.word()):
    """They come within a second, and their `work` is done ten at a time, the last ten first. While
    all of them wait, there is a ping, and somebody asks for an item."""

    def latency(number):
        return 10.0 - number // 10 * 0.4 - number * 0.01

    error = RuntimeError("out of paper")
    raises = {FAILS: error}.get
    work = worker(calls, f"{word} {{}}!".format, latency=latency, raises=raises)
    async with asgi(kata.create_app(work)) as client:
        async with visitors(client, ["/"] * HUNDRED, every=0.01) as crowd:
            await asyncio.sleep(3.0)
            meanwhile = {path: await client.get(path) for path in ("/ping", "/items/7")}
        return {"answers": as_texts(crowd.answers), "meanwhile": meanwhile}


def served_by_uvicorn(kata, server, calls, message=draw.word()):
    """As in life: the file is imported, which makes the app; then uvicorn starts a loop."""
    app = kata.create_app(worker(calls, lambda _: message))

    async def visit():
        async with server(app) as running:
            answers = [await running.get(path) for path in ("/", "/items/7", "/ping")]
        return {"answers": answers, "errors": without_frames(running.errors)}

    return asyncio.run(visit())


# --- checks: what must be true of what was seen -----------------------------------------


def because(seen: Record, fact: str) -> str:
    """The fact; but a coroutine that was never awaited is its cause, and is told instead."""
    return next((str(leak) for leak in seen.leaks if leak.family == "coroutine"), fact)


@pytest.mark.points(1)
async def test_the_visitor_is_told_what_work_said(observe: Observe):
    """`GET /` answers {"message": ...} with what `work` returned, and with 500 if it raised.

    - What is in the dictionary that your route returns: a text, or something that will be one?
    - `work()` is a coroutine until it is awaited: fastapi.tiangolo.com/async.
    - `return {"message": await work()}`, and nothing around it.
    """
    seen = await observe(one_visitor_each)

    for answer, says in zip(seen.result, ["{}", "", '"{}" ≠ é'], strict=True):
        message = says.format(seen.inputs.word)
        told = f"`work` returned {message!r}, and `GET /` was answered with {answer}"
        assert (answer.status, answer.data) == (200, {"message": message}), because(seen, told)

    seen = await observe(some_fail)

    for answer, error in zip(seen.answers, ERRORS, strict=False):
        assert answer.status == 500, (
            f"`work` raised {error.__name__}, and `GET /` was answered with {answer}"
        )


@pytest.mark.points(1)
async def test_work_runs_for_each_visitor(observe: Observe):
    """`work` runs once for each visitor of its app, and not before the first one asks.

    - How often does `work` run when three visitors come? And which `work`, of two apps?
    - A coroutine can be awaited once, and its result is old news afterwards; calling the coroutine
      function again makes a new one: docs.python.org/3/library/asyncio-task.html#awaitables.
    - Call `work` inside the route, and keep nothing outside of `create_app`.
    """
    seen = await observe(visitors_in_turn)

    word, counts = seen.inputs.word, seen.counts
    assert counts[0] == 0, f"`work` ran before anybody asked for `/` (calls: {counts[0]})"
    messages = [f"{word} 0!", f"{word} 1!", f"0 {word}!", f"{word} 2!"]
    for number, (answer, message) in enumerate(zip(seen.answers, messages, strict=True), 1):
        assert number == 1 or message in answer.text, because(
            seen,
            f"visitor {number} was answered with {answer}; "
            f"the `work` of this visitor's app would have returned {message!r}",
        )
        assert counts[number] == number, because(
            seen, f"after visitor {number}, `work` had been called {counts[number]} times"
        )
        late = seen.calls("work")[number - 1].started - answer.started_at
        assert late < 0.1, f"`work` was called {late:g} s after visitor {number} had come"

    seen = await observe(some_fail)

    for number, (error, count) in enumerate(zip(ERRORS, seen.counts, strict=False), 1):
        assert count == number, because(
            seen,
            f"after visitor {number}, for whom `work` raised {error.__name__}, it had been called "
            f"{count} times",
        )
    word, well = seen.inputs.word, seen.answers[-1]
    assert word in well.text, because(
        seen,
        f"after it had raised errors for other visitors, `work` returned {word!r}, "
        f"and `GET /` was answered with {well}",
    )


@pytest.mark.points(1)
async def test_an_item_has_a_whole_number(observe: Observe):
    """`GET /items/7` answers {"item_id": 7}, and any other kind of id gets status 422.

    - What type has `item_id` inside your route?
    - FastAPI converts a path parameter to the type it is annotated with, and refuses with 422 what
      does not fit: fastapi.tiangolo.com/tutorial/path-params.
    - `async def item(item_id: int)`.
    """
    seen = await observe(some_items)

    items = list(seen.result.items())
    for item, answer in items[:3]:
        assert (answer.status, answer.data) == (200, {"item_id": int(item)}), (
            f"`GET /items/{item}` was answered with {answer}"
        )
    for item, answer in items[3:]:
        assert answer.status == 422, f"`GET /items/{item}` was answered with {answer}, not with 422"


@pytest.mark.points(3)
async def test_a_hundred_visitors_wait_together(observe: Observe):
    """A hundred visitors at once have a hundred `work` under way, and each is told its own result.

    - Has the hundredth `work` begun when the first one ends? And whose message is it?
    - Each request is a task of its own, so what each awaits overlaps with the others, unless they
      queue for something, such as a lock, a thread or the loop itself: fastapi.tiangolo.com/async.
    - Await `work()` in an `async def` route, with its result in a local variable.
    """
    seen = await observe(a_hundred_visitors)

    calls = seen.calls("work")
    assert calls.most_in_flight >= HUNDRED, because(
        seen,
        f"of {HUNDRED} visitors at once, at most {calls.most_in_flight} had a `work` under way",
    )
    for number, answer in enumerate(seen.answers):
        message = f"{seen.inputs.word} {number}!"
        # Whoever calls more often is told so by another check, and has other numbers.
        assert number == FAILS or len(calls) > HUNDRED or message in answer.text, (
            f"visitor {number + 1} of {HUNDRED} was answered with {answer}; "
            f"the `work` of this visitor returned {message!r}"
        )


@pytest.mark.points(1)
async def test_work_runs_on_the_loop_of_the_app(observe: Observe):
    """`work` runs on the event loop that serves the app.

    - On which thread, and on which loop, does `work` run?
    - A plain `def` route runs on a worker thread. `asyncio.run` makes a second loop there, and a
      client or a connection of the first one does not work on it: fastapi.tiangolo.com/async.
    - Make the route `async def`, and await `work()` there.
    """
    seen = await observe(a_hundred_visitors)

    threads = seen.calls("work").threads
    assert threads, because(seen, f"`work` never ran, though {HUNDRED} visitors came")
    assert threads == {"loop"}, "`work` ran on a worker thread, not on the event loop of the app"


@pytest.mark.points(2)
async def test_others_are_served_meanwhile(observe: Observe):
    """Pings and items are answered at once, though a hundred visitors wait at `GET /`.

    - What does the event loop do while your routes wait? And have you a thread left for the ping?
    - A blocking call in an `async def` route stops every other route; a plain `def` route occupies
      one of forty threads until it returns: fastapi.tiangolo.com/async.
    - Make every route `async def`, and wait in them with `await` only.
    """
    seen = await observe(a_hundred_visitors)

    ping = seen.meanwhile["/ping"]
    assert (ping.status, ping.data) == (200, {"ping": "pong"}), (
        f"`GET /ping` was answered with {ping}"
    )
    idle = f"{HUNDRED} visitors came, and no `work` was under way for any of them"
    assert seen.calls("work"), because(seen, idle)
    seen.assert_free()
    for path, answer in seen.meanwhile.items():
        assert answer.took == 0, (
            f"`GET {path}` was answered after {answer.took:g} s, while others waited at `GET /`"
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
    raised = f": the app raised {seen.errors[0]}" if seen.errors else ""
    assert statuses == [200, 200, 200], because(
        seen, f"uvicorn answered `/`, `/items/7` and `/ping` with {statuses}{raised}"
    )
    message, answer = seen.inputs.message, seen.answers[0]
    assert message in answer.text, (
        f"`work` returned {message!r}, and uvicorn answered `/` with {answer}"
    )
