"""The virtual clock and jobs: worker threads, process pools and subprocesses."""

from __future__ import annotations

import asyncio
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, wait

import anyio.from_thread
import anyio.to_thread
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from graders.kit.instruments.clock import Clock
from tests.kit.simulation import REAL, real_work, simulate


@pytest.mark.parametrize(
    "run", [asyncio.to_thread, anyio.to_thread.run_sync], ids=["asyncio", "anyio"]
)
def test_blocking_calls_in_threads_overlap(run):
    """Three `time.sleep(1)` in three worker threads take exactly a second."""

    async def scenario(clock):
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(run(time.sleep, 1))
        return clock.elapsed

    assert simulate(scenario) == (1.0, 1.0)


@pytest.mark.parametrize(
    "run", [asyncio.to_thread, anyio.to_thread.run_sync], ids=["asyncio", "anyio"]
)
def test_the_clock_does_not_move_while_a_thread_really_works(run):
    """Real work in a thread takes no virtual time, so a timeout around it does not fire."""

    async def scenario(_clock):
        async with asyncio.timeout(0.001):
            return await run(real_work)

    assert simulate(scenario) == ("done", 0.0)


def test_a_pool_has_as_many_workers_as_it_says():
    """Five jobs of a second on two workers take three."""

    async def scenario(_clock):
        with ThreadPoolExecutor(2) as pool:
            loop = asyncio.get_running_loop()
            await asyncio.gather(*(loop.run_in_executor(pool, time.sleep, 1) for _ in range(5)))

    assert simulate(scenario)[1] == 3.0


def test_submitted_futures_count():
    """`submit` and `wrap_future` hold the clock as `run_in_executor` does, cancelled or not."""

    async def scenario(_clock):
        with ThreadPoolExecutor(1) as pool:
            first, second = pool.submit(real_work), pool.submit(real_work)
            assert second.cancel()
            async with asyncio.timeout(0.001):
                return await asyncio.wrap_future(first)

    assert simulate(scenario) == ("done", 0.0)


def test_threads_wake_in_the_order_of_their_jobs():
    """Jobs that sleep until the same time wake in the order of submission, on every machine."""

    async def scenario(_clock):
        woken = []

        def job(number):
            time.sleep(1)
            woken.append(number)

        await asyncio.gather(*(asyncio.to_thread(job, n) for n in range(20)))
        return woken

    assert simulate(scenario)[0] == list(range(20))


def test_blocking_on_a_job_from_the_loop_is_no_freeze():
    """A loop that blocks on worker threads is late by what they take."""

    async def scenario(clock):
        with ThreadPoolExecutor() as pool:
            assert list(pool.map(time.sleep, [1, 1])) == [None, None]
            wait([pool.submit(time.sleep, 2)], timeout=0.5)
            return clock.elapsed

    assert simulate(scenario) == (1.5, 3.0)


def test_default_executor_shuts_down_in_no_time():
    """The 300 s that asyncio gives its default executor to shut down do not go by."""

    async def scenario(_clock):
        return await asyncio.to_thread(real_work)

    clock = Clock()
    simulate(scenario, clock)
    assert clock.elapsed == 0.0


def test_routes_that_are_plain_functions():
    """41 requests to a `def` route that sleeps a second take two: it has 40 threads."""
    app = FastAPI()

    @app.get("/")
    def index() -> str:
        time.sleep(1)
        return "ok"

    async def scenario(_clock):
        async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
            await asyncio.gather(*(client.get("/") for _ in range(41)))

    assert simulate(scenario)[1] == 2.0


def test_blocking_portals_take_part():
    """anyio's portal, on which Starlette's `TestClient` rests, runs its loop on the clock."""
    with Clock() as clock, anyio.from_thread.start_blocking_portal() as portal:
        assert portal.call(asyncio.sleep, 100, "ok") == "ok"
        assert clock.elapsed == 100.0


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # other tests' threads
def test_the_clock_does_not_move_while_a_process_pool_works():
    """A job in another process is real and takes no virtual time."""

    async def scenario(_clock):
        with ProcessPoolExecutor(1) as pool:
            async with asyncio.timeout(0.001):
                return await asyncio.get_running_loop().run_in_executor(pool, real_work)

    assert simulate(scenario) == ("done", 0.0)


def test_the_clock_does_not_move_until_a_subprocess_has_exited():
    """A subprocess is real; a timeout around it does not fire."""
    code = f"import time; time.sleep({REAL}); print('done')"

    async def scenario(_clock):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE
        )
        async with asyncio.timeout(0.001):
            out, _ = await process.communicate()
        await asyncio.sleep(1)
        return out.decode().strip()

    assert simulate(scenario) == ("done", 1.0)
