"""The virtual clock: pure asyncio, blocking sleeps, and putting everything back."""

from __future__ import annotations

import asyncio
import concurrent.futures
import queue
import subprocess
import sys
import threading
import time

import pytest

from graders.kit.instruments.clock import Clock, VirtualLoop
from tests.kit.simulation import simulate


@pytest.mark.asyncio(loop_scope="function")
@pytest.mark.vclock
async def test_loop_factory_of_pytest_asyncio_is_virtual():
    """A marked test runs on a virtual loop, and an hour takes no time."""
    loop = asyncio.get_running_loop()
    await asyncio.sleep(3600)
    assert isinstance(loop, VirtualLoop)
    assert loop.clock.elapsed == 3600.0


@pytest.mark.asyncio(loop_scope="function")
@pytest.mark.vclock(start=5.0)
async def test_marker_passes_its_options():
    """The clock starts where it is told to."""
    assert asyncio.get_running_loop().time() == 5.0


def test_waits_that_overlap_take_as_long_as_the_longest():
    """Three sleeps of a second at once take exactly one."""

    async def scenario(_clock):
        await asyncio.gather(*(asyncio.sleep(1) for _ in range(3)))

    assert simulate(scenario) == (None, 1.0)


def test_ten_tenths_are_one_second():
    """Small steps add up exactly."""

    async def scenario(_clock):
        for _ in range(10):
            await asyncio.sleep(0.1)

    assert simulate(scenario) == (None, 1.0)


def test_timeout_fires_at_its_very_second():
    """`asyncio.timeout` ends a longer sleep exactly when it says."""

    async def scenario(clock):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2.5):
                await asyncio.sleep(60)
        return clock.elapsed

    assert simulate(scenario)[0] == 2.5


def test_sleeping_on_the_loop_advances_the_clock_and_runs_nothing():
    """A blocked loop is late by exactly the time it was blocked."""

    async def scenario(clock):
        ticks = []
        asyncio.get_running_loop().call_later(1, lambda: ticks.append(clock.elapsed))
        time.sleep(3)
        assert ticks == []
        await asyncio.sleep(0.5)
        return ticks

    assert simulate(scenario) == ([3.0], 3.5)


def test_sleeping_without_a_loop_advances_the_clock():
    """Without a loop `time.sleep` just moves the time."""
    with Clock() as clock:
        time.sleep(2)
        time.sleep(0)
        assert clock.elapsed == 2.0
        with pytest.raises(ValueError, match="non-negative"):
            time.sleep(-1)


def test_a_clock_may_be_entered_again():
    """A thread that takes part already goes on taking part."""
    with Clock() as clock:
        with clock:
            time.sleep(1)
        asyncio.run(asyncio.sleep(1))
        assert clock.elapsed == 2.0


def test_asyncio_run_is_virtual():
    """`asyncio.run` makes its loop on the clock."""
    with Clock() as clock:
        asyncio.run(asyncio.sleep(4))
        assert clock.elapsed == 4.0


def test_busy_waiting_ends():
    """Reading the time over and over is a way of waiting, and takes time."""

    async def scenario(_clock):
        end = time.monotonic() + 1
        while time.monotonic() < end:
            pass

    assert 1.0 <= simulate(scenario)[1] <= 1.01


def test_everything_is_put_back():
    """After the clock, everything it patched is exactly what it was, even after an error."""

    def look():
        return (
            *(getattr(time, name) for name in ("time", "monotonic", "perf_counter", "sleep")),
            threading.Thread.__dict__["start"],
            threading.Thread.__dict__["join"],
            threading._allocate_lock,
            threading._time,
            queue.time,
            subprocess.time,
            concurrent.futures.ThreadPoolExecutor.__dict__["submit"],
            concurrent.futures.ProcessPoolExecutor.__dict__["submit"],
            asyncio.new_event_loop,
            asyncio.events.new_event_loop,
            list(sys.meta_path),
        )

    def fail():
        with Clock():
            assert look() != before
            raise KeyError

    before = look()
    with pytest.raises(KeyError):
        fail()
    assert look() == before
