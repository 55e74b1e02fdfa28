"""The virtual clock and threads that wait for each other."""

from __future__ import annotations

import _thread
import asyncio
import queue
import threading
import time
from functools import partial

import anyio.from_thread
import anyio.to_thread
import pytest

from graders.kit.instruments.clock import Clock
from tests.kit.simulation import real_work, simulate, stuck


def test_nested_loop_in_a_worker_shares_the_clock():
    """`asyncio.run` in a thread waits beside the outer loop, not after it."""

    async def scenario(_clock):
        inner = asyncio.to_thread(lambda: asyncio.run(asyncio.sleep(2, "inner")))
        return await asyncio.gather(inner, asyncio.sleep(3, "outer"))

    assert simulate(scenario) == (["inner", "outer"], 3.0)


def test_a_worker_may_wait_for_the_loop():
    """`run_coroutine_threadsafe(...).result()` and anyio's `from_thread.run` let time pass."""

    async def scenario(_clock):
        loop = asyncio.get_running_loop()

        def asks():
            return asyncio.run_coroutine_threadsafe(asyncio.sleep(3, "a"), loop).result()

        one = await asyncio.to_thread(asks)
        return one + await anyio.to_thread.run_sync(
            partial(anyio.from_thread.run, asyncio.sleep, 4, "b")
        )

    assert simulate(scenario) == ("ab", 7.0)


def test_own_threads_take_part():
    """A plain thread holds the clock while it works, and passes time while it sleeps."""

    async def scenario(clock):
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        def work():
            real_work()
            time.sleep(2)
            loop.call_soon_threadsafe(done.set)

        thread = threading.Thread(target=work)
        thread.start()
        async with asyncio.timeout(2.5):
            await done.wait()
        at = clock.elapsed
        thread.join()
        return at

    assert simulate(scenario) == (2.0, 2.0)


def test_a_worker_that_waits_for_an_item_holds_nothing():
    """Neither in a `Queue` nor in a `SimpleQueue`; at work on an item it does."""

    async def scenario(_clock):
        for jobs in (queue.Queue(), queue.SimpleQueue()):
            done = asyncio.Future()

            def work(jobs=jobs):
                while job := jobs.get():
                    job()

            threading.Thread(target=work).start()
            await asyncio.sleep(1)
            call = partial(asyncio.get_running_loop().call_soon_threadsafe, done.set_result, None)
            for job in (partial(time.sleep, 2), real_work, call):
                jobs.put(job)
            async with asyncio.timeout(2.5):
                await done
            jobs.put(None)

    assert simulate(scenario) == (None, 6.0)


def test_waits_between_threads_have_virtual_deadlines():
    """Events, queues, barriers and joins wait in virtual time."""

    async def scenario(clock):
        assert threading.Event().wait(1) is False
        with pytest.raises(queue.Empty):
            queue.Queue().get(timeout=1)
        thread = threading.Thread(target=time.sleep, args=(3,))
        thread.start()
        thread.join(timeout=1)
        assert thread.is_alive()
        assert clock.elapsed == 3.0
        thread.join()
        assert not thread.is_alive()

        barrier = threading.Barrier(2)
        threading.Thread(target=lambda: (time.sleep(1), barrier.wait())).start()
        barrier.wait()

    assert simulate(scenario)[1] == 6.0


def test_a_thread_that_hangs_is_a_deadlock():
    """Threads that wait for each other without end are stuck at once, and are named."""

    async def scenario(_clock):
        hang = threading.Event()
        try:
            threading.Thread(target=hang.wait, name="hung", daemon=True).start()
            await asyncio.Event().wait()
        finally:
            hang.set()

    error = stuck(scenario)
    assert error.kind == "deadlock"
    assert ("thread", "hung") in [(one.kind, one.task_name) for one in error.waiting]


def test_a_hung_worker_is_named_although_the_executor_hangs_too():
    """Shutting down the executor of a hung job gets stuck too: the first error is kept."""
    hang = threading.Event()

    async def scenario(_clock):
        await asyncio.to_thread(hang.wait)

    clock = Clock()
    try:
        error = stuck(scenario, clock)
    finally:
        hang.set()
    assert error.waiting[0].text == "await asyncio.to_thread(hang.wait)"
    assert clock.elapsed == 0.0


def test_a_wait_that_cannot_be_seen_holds_the_clock_for_patience_only():
    """A contended bare lock is invisible to the clock, which gives up on it after `patience`."""

    async def scenario(_clock):
        lock = threading.Lock()
        lock.acquire()
        threading.Thread(target=lock.acquire, daemon=True).start()
        await asyncio.sleep(5)
        await asyncio.sleep(5)
        lock.release()

    assert simulate(scenario, Clock(patience=0.05))[1] == 10.0


def test_external_work_holds_the_clock():
    """`with clock.external()` the clock does not move, whatever the work is."""

    async def scenario(clock):
        loop, come = asyncio.get_running_loop(), asyncio.Event()

        def unseen():
            real_work()
            loop.call_soon_threadsafe(come.set)

        # No `threading.Thread`, so the clock knows nothing of it.
        _thread.start_new_thread(unseen, ())
        with clock.external():
            async with asyncio.timeout(0.001):
                return await come.wait()

    assert simulate(scenario) == (True, 0.0)
