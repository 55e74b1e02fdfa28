"""k610: a function that blocks runs on another thread, and the loop goes on."""

import asyncio

import pytest

from graders.kit.author import Observe, draw

SLOW = ("/slow", "/slow-executor")


class Jammed(Exception):
    """What a job raises."""


# --- scenarios: what is done to the submission, and watched -----------------------------


async def one_job_on_each_route(
    kata, asgi, calls, n=draw.whole(2, 49), times=draw.whole(50, 99), result=draw.whole(100, 999)
):
    async with asgi(kata.create_app(calls.blocking("job", returns=result))) as client:
        return {path: await client.get(f"{path}?n={n}&times={times}") for path in SLOW}


async def a_long_job_and_a_ticking_loop(kata, asgi, calls, ticking):
    """Does the loop go on while a job holds its thread for half a minute?"""
    ticks = {}
    async with asgi(kata.create_app(calls.blocking("job", seconds=30.0, returns=1))) as client:
        for path in SLOW:
            async with ticking() as ticks[path]:
                await client.get(f"{path}?n=1&times=1")
    return ticks


async def three_jobs_at_once(kata, asgi, calls, visitors):
    """On one route after the other, so that each has to find its own threads."""
    for path in SLOW:
        job = calls.blocking(path, seconds=1.0, returns=1)
        async with asgi(kata.create_app(job)) as client:
            await visitors(client, [f"{path}?n={n}&times=1" for n in range(3)])


async def a_ping_among_jobs(kata, asgi, calls, visitors):
    """More jobs than a service has threads: some run, the others queue."""
    async with asgi(kata.create_app(calls.blocking("job", seconds=10.0, returns=1))) as client:
        paths = [f"{path}?n={n}&times=1" for n in range(50) for path in SLOW]
        async with visitors(client, paths):
            await asyncio.sleep(1.0)
            return await client.get("/ping")


async def a_job_that_fails(kata, asgi, calls, words=draw.word()):
    job = calls.blocking("job", raises=lambda *_, **__: Jammed(words))
    async with asgi(kata.create_app(job)) as client:
        return {path: await client.get(f"{path}?n=1&times=1") for path in SLOW}


# --- checks: what must be true of what was seen -----------------------------------------


@pytest.mark.points(1)
async def test_the_result_is_answered(observe: Observe):
    """Both slow routes answer {"result": ...} with what `job` returned.

    - What does `asyncio.to_thread(...)` give you before it is awaited?
    - `to_thread` makes a coroutine, `run_in_executor` a future; the result is what awaiting them
      gives: docs.python.org/3/library/asyncio-task.html#asyncio.to_thread.
    - `return {"result": await ...}`.
    """
    seen = await observe(one_job_on_each_route)

    for path, answer in seen.result.items():
        assert (answer.status, answer.data) == (200, {"result": seen.inputs.result}), (
            f"`job` returned {seen.inputs.result}, and `GET {path}` was answered with {answer}"
        )


@pytest.mark.points(1)
async def test_the_arguments_reach_the_job(observe: Observe):
    """`GET ...?n=7&times=3` runs `job(7, times=3)`, once, on both routes.

    - How would you call `job` yourself, and what does it get through your executor?
    - `run_in_executor(pool, function, *args)` has no place for keyword arguments; `partial` binds
      them to the function first: docs.python.org/3/library/functools.html#functools.partial.
    - `run_in_executor(None, partial(job, n, times=times))`.
    """
    seen = await observe(one_job_on_each_route)

    due = f"job({seen.inputs.n}, times={seen.inputs.times})"
    ran = [str(call) for call in seen.calls("job")]
    assert ran == [due] * len(SLOW), (
        f"each of the two routes was to run {due}, and they ran {' and '.join(ran) or 'nothing'}"
    )


@pytest.mark.points(2)
async def test_the_job_runs_on_a_worker_thread(observe: Observe):
    """`job` runs on another thread than the event loop.

    - Who calls `job`: you, or the thread?
    - `to_thread(job(n))` calls `job` right here and hands its result to the thread, which can do
      nothing with it; a function is handed over by its name:
      docs.python.org/3/library/asyncio-task.html#running-in-threads.
    - `to_thread(job, ...)`: no parentheses after `job`.
    """
    seen = await observe(one_job_on_each_route)

    threads = [call.thread for call in seen.calls("job")]
    assert threads, "`job` never ran, though both routes were asked for it"
    assert "loop" not in threads, "`job` ran on the thread of the event loop"


@pytest.mark.points(3)
async def test_the_loop_goes_on_meanwhile(observe: Observe):
    """While `job` holds its thread for half a minute, the event loop goes on.

    - What does the event loop's own thread do between the start and the end of `job`?
    - A future of `concurrent.futures` waits by blocking (`.result()`), one of asyncio by `await`;
      `run_in_executor` gives the second kind:
      docs.python.org/3/library/asyncio-eventloop.html#executing-code-in-thread-or-process-pools.
    - `await` is the only way in which the route may wait.
    """
    seen = await observe(a_long_job_and_a_ticking_loop)

    seen.assert_free()
    for path, ticks in seen.result.items():
        took = ticks.seconds
        assert 30 <= took < 31, f"`job` takes 30 s, and `GET {path}` took {took:g} s"
        assert ticks.count >= 29, (
            f"while `GET {path}` waited, a task that ticks each second {ticks}"
        )


@pytest.mark.points(1)
async def test_three_jobs_run_side_by_side(observe: Observe):
    """Three jobs asked for at once run at once.

    - How many threads can run `job` at the same time?
    - Each worker of a pool does one job at a time:
      docs.python.org/3/library/concurrent.futures.html#threadpoolexecutor.
    - Take asyncio's own executor (`None`), or one with enough workers.
    """
    seen = await observe(three_jobs_at_once)

    for path in SLOW:
        most = seen.calls(path).most_in_flight
        assert most >= 3, f"three visitors asked for `GET {path}`, and at most {most} ran at a time"


@pytest.mark.points(1)
async def test_a_ping_is_answered_meanwhile(observe: Observe):
    """`GET /ping` is answered at once, though a hundred jobs run or queue.

    - What does your ping need before it can answer?
    - The threads that run jobs are few, and what goes through them waits in their queue; an
      `async def` route needs only the loop: fastapi.tiangolo.com/async.
    - Let `/ping` be `async def`, and return.
    """
    seen = await observe(a_ping_among_jobs)

    ping = seen.result
    assert seen.calls("job"), "100 visitors asked for a job, and none had begun"
    assert (ping.status, ping.data) == (200, {"ping": "pong"}), f"`GET /ping` got {ping}"
    seen.assert_free()
    assert ping.ended_at == 1.0, (
        f"`GET /ping` came 1 s after 100 jobs and was answered at {ping.ended_at:g} s"
    )


@pytest.mark.points(1)
async def test_an_exception_stays_what_it_is(observe: Observe):
    """What `job` raises leaves the route unchanged, and the visitor gets a 500.

    - Where does an exception go that is raised on another thread?
    - Awaiting the thread raises it again in your route, with its own type; FastAPI answers 500 and
      passes it on to the server's log: fastapi.tiangolo.com/tutorial/handling-errors.
    - Have no `try` at all.
    """
    seen = await observe(a_job_that_fails)

    jammed = f"Jammed: {seen.inputs.words}"
    for path, answer in seen.result.items():
        assert (answer.status, str(answer.error)) == (500, jammed), (
            f"`job` raised {jammed}, and `GET {path}` was answered with {answer}"
        )
