"""k610: a function that blocks runs on another thread, and the loop goes on."""

import asyncio

import pytest

from graders.kit.author import Observe, draw

SLOW = ("/slow", "/slow-executor")
LONG = 29.51
"""Seconds: nearly half a minute, and not a moment at which one looks who looks twice a second."""
SOON = 0.1
"""Seconds in which an answer has to follow the end of its job."""


class Jammed(Exception):
    """What a job raises."""


FAULTS = (Jammed, TimeoutError, KeyError)

# --- scenarios: what is done to the submission, and watched -----------------------------


async def jobs_in_turn(
    kata, asgi, calls, n=draw.whole(2, 49), times=draw.whole(50, 99), result=draw.whole(100, 999)
):
    """On each route a job, the same once more, and one with a result of 0. The app is one of two:
    the other is made later, and gone when this one serves."""
    job = calls.blocking("job", returns=lambda n, *_, **__: int(n) and result)
    app, other = kata.create_app(job), kata.create_app(calls.blocking("other", returns=-1))
    async with asgi(other) as client:
        for path in SLOW:
            await client.get(f"{path}?n=1&times=1")
    # Also jobs that a route does not wait for are done before time goes on.
    await asyncio.sleep(1.0)
    found = {path: [] for path in SLOW}
    async with asgi(app) as client:
        for path in SLOW:
            for numbers in ((n, times), (n, times), (0, -times)):
                before = len(calls.records)
                answer = await client.get(path, params={"times": numbers[1], "n": numbers[0]})
                await asyncio.sleep(1.0)
                ran = [str(call) for call in calls.records[before:]]
                found[path].append({"numbers": numbers, "answer": answer, "ran": ran})
    return found


async def a_long_job_and_a_ticking_loop(kata, asgi, calls, ticking):
    """Does the loop go on while a job holds its thread for half a minute?"""
    found = {}
    async with asgi(kata.create_app(calls.blocking("job", seconds=LONG, returns=1))) as client:
        for n, path in enumerate(SLOW):
            async with ticking() as ticks:
                answer = await client.get(f"{path}?n={n}&times=1")
            found[path] = {"ticks": ticks, "answer": answer}
    return found


async def three_jobs_at_once(kata, asgi, calls, visitors):
    """On one route after the other, so that each has to find its own threads. A slow job and a
    quick one begin together, and a little later one for which the same was asked as for the slow
    one."""
    found = {}
    for path in SLOW:
        job = calls.blocking(path, seconds=seconds_of, returns=lambda n, *_, **__: 7 * int(n))
        async with asgi(kata.create_app(job)) as client:
            slow, quick = (f"{path}?n={n}&times=1" for n in (3, 1))
            async with visitors(client, [slow, quick]) as crowd:
                await asyncio.sleep(0.25)
                late = await client.get(slow)
            found[path] = [*crowd.answers, late]
    return found


def seconds_of(n, *_, **__):
    return float(n)


async def a_ping_among_jobs(kata, asgi, calls, visitors):
    """More jobs than a service has threads: some run, the others queue."""
    async with asgi(kata.create_app(calls.blocking("job", seconds=1.5, returns=1))) as client:
        paths = [f"{path}?n={n}&times=1" for n in range(50) for path in SLOW]
        async with visitors(client, paths):
            await asyncio.sleep(1.0)
            return await client.get("/ping")


async def jobs_that_fail(kata, asgi, calls, words=draw.word()):
    """Each `n` with an exception of its own; the first is one that nobody has heard of."""
    job = calls.blocking("job", raises=lambda n, *_, **__: FAULTS[int(n) - 1](words))
    async with asgi(kata.create_app(job)) as client:
        paths = {path: [f"{path}?n={n}&times=1" for n in (1, 2, 3)] for path in SLOW}
        found = {path: [await client.get(one) for one in paths[path]] for path in SLOW}
        await asyncio.sleep(1.0)
    return found


# --- checks: what must be true of what was seen -----------------------------------------


def assert_free(seen):
    """Nothing held the app's event loop. A loop of the answer's own, on a worker thread, may be
    held by its job: nobody waits for it. On the app's own there is always somebody who does, once
    it is held for a second."""
    for found in seen.blocking:
        alone = found.held_up == 0 and (found.seconds or 0) >= 1
        assert alone, f"{found} ({found.circumstances})"


def took(answer):
    """Seconds from the request to the end of the answer, or to the exception in its place."""
    end = answer.finished_at if answer.ended_at is None else answer.ended_at
    return round(end - answer.started_at, 9)


@pytest.mark.points(1)
async def test_the_result_is_answered(observe: Observe):
    """Both slow routes answer {"result": ...} with what `job` returned.

    - What does `asyncio.to_thread(...)` give you before it is awaited?
    - `to_thread` makes a coroutine, `run_in_executor` a future; the result is what awaiting them
      gives: docs.python.org/3/library/asyncio-task.html#asyncio.to_thread.
    - `return {"result": await ...}`.
    """
    seen = await observe(jobs_in_turn)

    for path, visits in seen.result.items():
        for visit in visits:
            answer, due = visit["answer"], visit["numbers"][0] and seen.inputs.result
            assert (answer.status, answer.data) == (200, {"result": due}), (
                f"`job` returned {due}, and `GET {path}` was answered with {answer}"
            )


@pytest.mark.points(1)
async def test_the_arguments_reach_the_job(observe: Observe):
    """`GET ...?n=7&times=3` runs `job(7, times=3)` of its app, once, on both routes.

    - How would you call `job` yourself, and what does it get through your executor?
    - `run_in_executor(pool, function, *args)` has no place for keyword arguments; `partial` binds
      them to the function first: docs.python.org/3/library/functools.html#functools.partial.
    - `run_in_executor(None, partial(job, n, times=times))`, in the route.
    """
    seen = await observe(jobs_in_turn)

    for path, visits in seen.result.items():
        for visit in visits:
            n, times = visit["numbers"]
            ran, due = " and ".join(visit["ran"]), f"job({n}, times={times})"
            assert ran == due, (
                f"`GET {path}?n={n}&times={times}` ran {ran or 'no job'} instead of {due}"
            )
    assert len(seen.calls("other")) == len(SLOW), (
        "of two apps, each with a job of its own, one ran the job of the other"
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
    seen = await observe(jobs_in_turn)

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

    assert_free(seen)
    for path, found in seen.result.items():
        answer, ticks = found["answer"], found["ticks"]
        assert LONG <= took(answer) <= LONG + SOON, (
            f"`job` takes {LONG} s, and `GET {path}` got {answer} after {took(answer):g} s"
        )
        assert ticks.count == int(LONG) + 1, (
            f"while `GET {path}` waited, a task that ticks each second {ticks}"
        )


@pytest.mark.points(1)
async def test_three_jobs_run_side_by_side(observe: Observe):
    """Three jobs run side by side, and each is answered when it is done, with its own result.

    - How many threads can run `job` at the same time?
    - Each worker of a pool does one job at a time:
      docs.python.org/3/library/concurrent.futures.html#threadpoolexecutor.
    - Take asyncio's own executor (`None`), or one with enough workers; share nothing else.
    """
    seen = await observe(three_jobs_at_once)

    for path, answers in seen.result.items():
        most = seen.calls(path).most_in_flight
        assert most >= 3, f"three visitors asked for `GET {path}`, and at most {most} ran at a time"
        for answer, seconds in zip(answers, (3, 1, 3), strict=True):
            what = f"of three jobs at a time on `GET {path}`, one of {seconds} s"
            assert took(answer) <= seconds + SOON, f"{what} was answered after {took(answer):g} s"
            due = {"result": 7 * seconds}
            # Whether it is answered at all is a matter of the first check.
            assert answer.status != 200 or answer.data == due, (
                f"{what} was answered with {answer} instead of {due}"
            )


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
    assert_free(seen)
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
    seen = await observe(jobs_that_fail)

    for path, answers in seen.result.items():
        for kind, answer in zip(FAULTS, answers, strict=True):
            due = f"{kind.__name__}: {kind(seen.inputs.words)}"
            assert (answer.status, str(answer.error)) == (500, due), (
                f"`job` raised {due}, and `GET {path}` was answered with {answer}"
            )
    ran, asked = len(seen.calls("job")), len(FAULTS) * len(SLOW)
    assert ran == asked, f"{asked} visitors asked for a job that fails, and it ran {ran} times"
