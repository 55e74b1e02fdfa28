"""Time dispatch: which threads see virtual time, and which real time."""

from __future__ import annotations

import asyncio
import os
import threading
import time

import pytest

from graders.kit.instruments.clock import Clock, TimeDispatch
from tests.kit.simulation import simulate

REAL = TimeDispatch.of_process().real
"""The functions of `time` as they were before any clock."""


def test_every_clock_shows_the_same_time():
    """All of `time` moves with the clock, from a start that is never 0; the date is today's."""

    def look():
        return [time.time(), time.monotonic(), time.perf_counter(), time.time_ns() / 1e9]

    async def scenario(clock):
        before = look()
        await asyncio.sleep(7)
        assert clock.now == time.monotonic() == 1007.0
        assert time.perf_counter_ns() == time.monotonic_ns() == 1007 * 10**9
        return [round(b - a, 6) for a, b in zip(before, look(), strict=True)], before[0]

    earliest = REAL.time()
    (passed, date), _ = simulate(scenario)
    assert passed == [7.0] * 4
    assert earliest <= date <= REAL.time()


@pytest.mark.parametrize("early", [True, False], ids=["before", "after"])
def test_a_name_bound_from_time_is_virtual_too(early: bool):
    """`from time import perf_counter` works, bound before or after entering the clock."""
    dispatch = TimeDispatch.install() if early else None
    try:
        bound = time.perf_counter

        async def scenario(_clock):
            read = bound if early else time.perf_counter
            start = read()
            await asyncio.sleep(2)
            return read() - start

        assert simulate(scenario)[0] == 2.0
        assert REAL.perf_counter() <= bound() <= REAL.perf_counter()
    finally:
        if dispatch:
            dispatch.remove()


def test_a_class_may_keep_the_time_as_an_attribute():
    """Like the builtin it replaces, a dispatched function does not bind to an instance."""
    with Clock():

        class Stopwatch:
            read = time.monotonic

        assert Stopwatch().read() == 1000.0


def test_other_threads_keep_real_time():
    """A thread that does not take part sees real time."""
    seen, go = [], threading.Event()

    def outside():
        go.wait()
        seen.append(time.monotonic())

    thread = threading.Thread(target=outside)
    thread.start()
    earliest = REAL.monotonic()
    with Clock():
        go.set()
        thread.join()
    assert earliest <= seen[0] <= REAL.monotonic()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # other tests' threads
def test_a_forked_process_has_real_time():
    """Nothing moves a virtual clock in a forked process, so it has none."""
    earliest = REAL.monotonic()
    with Clock():
        child = os.fork()
        if child == 0:
            os._exit(0 if earliest <= time.monotonic() <= REAL.monotonic() else 1)
        assert os.waitpid(child, 0)[1] == 0
