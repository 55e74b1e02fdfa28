"""The virtual clock and processes: real work, real waits, and functions sent to them."""

from __future__ import annotations

import asyncio
import multiprocessing
import multiprocessing.pool
import pickle
import queue
import socketserver
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from graders.kit.instruments.clock import Clock, TimeDispatch
from graders.kit.instruments.patching import Patches, wrap
from tests.kit.simulation import REAL, simulate

# Other tests' threads are still there when we fork.
pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")

METHODS = [name for name in ("fork", "spawn") if name in multiprocessing.get_all_start_methods()]


def answers_late(connection) -> None:
    time.sleep(REAL)
    connection.send("done")


@pytest.mark.parametrize("method", METHODS)
def test_the_clock_does_not_move_while_a_process_works(method: str):
    """A process is real; nothing is stuck, and a timeout around it does not fire."""
    context = multiprocessing.get_context(method)

    async def scenario(_clock):
        here, there = context.Pipe()
        process = context.Process(target=answers_late, args=(there,))
        process.start()
        come = asyncio.Event()
        asyncio.get_running_loop().add_reader(here.fileno(), come.set)
        async with asyncio.timeout(0.001):
            await come.wait()
        asyncio.get_running_loop().remove_reader(here.fileno())
        assert here.recv() == "done"
        process.join()
        await asyncio.sleep(5)

    # A process that is spawned imports everything again, which takes long on a busy machine.
    assert simulate(scenario, Clock(patience=60))[1] == 5.0


def test_the_clock_moves_when_a_process_has_ended_that_nobody_waits_for():
    """A sleep beside a process takes exactly as long as it says."""

    async def scenario(_clock):
        process = multiprocessing.Process(target=time.sleep, args=(REAL,))
        process.start()
        await asyncio.sleep(5)
        ended = not process.is_alive()
        process.join()
        return ended

    assert simulate(scenario) == (True, 5.0)


def test_a_blocked_thread_notices_the_end_of_a_process_too():
    """Also where no loop runs."""
    with Clock() as clock:
        process = multiprocessing.Process(target=time.sleep, args=(REAL,))
        process.start()
        time.sleep(5)
        assert (process.is_alive(), clock.elapsed) == (False, 5.0)
        process.join()


def test_a_process_that_never_ends_keeps_the_clock_for_patience_only():
    """Then the clock gives up on it."""

    async def scenario(_clock):
        process = multiprocessing.Process(target=time.sleep, args=(1000,))
        process.start()
        await asyncio.sleep(5)
        process.kill()
        process.join()

    assert simulate(scenario, Clock(patience=0.05))[1] == 5.0


def compute(seconds: float) -> float:
    """So much processor time, however long that takes."""
    while time.process_time() < seconds:
        pass
    return seconds


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="the kernel does not count")
def test_a_process_at_work_is_waited_for_beyond_patience():
    """A busy machine, or much to compute, is no reason to give up on it."""

    async def scenario(_clock):
        with ProcessPoolExecutor(1, multiprocessing.get_context(METHODS[0])) as pool:
            async with asyncio.timeout(60):
                await asyncio.get_running_loop().run_in_executor(pool, compute, 2.2)
            await asyncio.sleep(5)

    assert simulate(scenario, Clock(patience=1))[1] == 5.0


def test_idle_processes_of_a_pool_do_not_keep_the_clock():
    """They wait for jobs as long as the pool exists."""

    async def scenario(clock):
        with ProcessPoolExecutor(1) as pool:
            await asyncio.get_running_loop().run_in_executor(pool, int)
            before = TimeDispatch.of_process().real.monotonic()
            await asyncio.sleep(5)
            really = TimeDispatch.of_process().real.monotonic() - before
        return clock.elapsed, really < clock.schedule.patience

    assert simulate(scenario, Clock(patience=60))[0] == (5.0, True)


@pytest.mark.skipif("fork" not in METHODS, reason="nothing is forked here")
def test_a_process_that_is_forked_beside_a_thread_ends_well(capfd: pytest.CaptureFixture[str]):
    """`threading` renews its own locks there, which are locks and no waits."""

    async def scenario(_clock):
        stop = threading.Event()
        thread = threading.Thread(target=stop.wait)
        thread.start()
        process = multiprocessing.get_context("fork").Process(target=threading.active_count)
        process.start()
        await asyncio.to_thread(process.join)
        stop.set()
        thread.join()
        return process.exitcode

    assert simulate(scenario)[0] == 0
    assert capfd.readouterr().err == ""


def test_a_pipe_is_polled_in_real_time():
    """`poll` with a timeout returns, and no virtual time has passed."""

    async def scenario(clock):
        here, there = multiprocessing.Pipe()
        assert here.poll(0.05) is False
        there.send(1)
        assert here.poll(0.05) is True
        return clock.elapsed

    assert simulate(scenario)[0] == 0.0


def test_other_waits_of_multiprocessing_and_socketserver_return():
    """Queues, conditions and servers with a timeout."""

    async def scenario(clock):
        with pytest.raises(queue.Empty):
            multiprocessing.Queue().get(timeout=0.05)
        condition = multiprocessing.Condition()
        with condition:
            assert condition.wait_for(lambda: False, timeout=0.05) is False
        with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as server:
            server.timeout = 0.05
            server.handle_request()
        return clock.elapsed

    assert simulate(scenario)[0] == 0.0


def nap(seconds: float) -> str:
    time.sleep(seconds)
    return "done"


ASKED = {
    "apply_async": lambda pool: [pool.apply_async(nap, (REAL,)).get(timeout=0.001)],
    "map_async": lambda pool: pool.map_async(nap, [REAL]).get(timeout=0.001),
    "imap": lambda pool: [pool.imap(nap, [REAL]).next(timeout=0.001)],
    "imap_unordered": lambda pool: [pool.imap_unordered(nap, [REAL]).next(timeout=0.001)],
}


@pytest.mark.parametrize("kind", ["Pool", "ThreadPool"])
@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_the_clock_does_not_move_while_a_pool_works(kind: str, asked):
    """A timeout around a job does not fire; a pool without jobs, or terminated, is nobody."""
    with Clock(patience=60) as clock, getattr(multiprocessing.pool, kind)(1) as pool:
        assert (asked(pool), clock.elapsed) == (["done"], 0.0)
        before = TimeDispatch.of_process().real.monotonic()
        time.sleep(5)
        pool.apply_async(nap, (REAL,))
        pool.terminate()
        time.sleep(5)
        assert clock.elapsed == 10.0
        assert TimeDispatch.of_process().real.monotonic() - before < clock.schedule.patience


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("patched_again", [False, True])
def test_time_sleep_can_be_sent_to_another_process(method: str, patched_again: bool):
    """What is patched is pickled as what it replaces, also if it has been patched twice."""
    patches = Patches()

    async def scenario(clock):
        if patched_again:
            patches.replace(time, "sleep", lambda old: wrap(old, print, binds=False))
        with ProcessPoolExecutor(1, multiprocessing.get_context(method)) as pool:
            await asyncio.get_running_loop().run_in_executor(pool, time.sleep, REAL)
        return clock.elapsed

    with Clock(patience=60) as clock:
        try:
            assert simulate(scenario, clock)[0] == 0.0
        finally:
            patches.undo()


@pytest.mark.parametrize("name", ["sleep", "monotonic", "time"])
def test_functions_of_time_are_pickled_by_their_names(name: str):
    """What comes out is `time`'s own, virtual or not."""
    real = getattr(time, name)
    with Clock():
        pickled = pickle.dumps(getattr(time, name))
        assert pickle.loads(pickled) == getattr(time, name)
    assert pickle.loads(pickled) is real
