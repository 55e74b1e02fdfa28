"""Laws of time dispatch: who sees virtual time, and who real."""

from __future__ import annotations

import threading
import time

import pytest

from graders.kit.instruments.clock import Clock, TimeDispatch
from tests.kit.worlds import play


def test_every_clock_shows_the_same_time():
    """`time.*` move with the clock, from a start that is never 0; the date is today's."""

    async def scenario(clock):
        before = [time.time(), time.monotonic(), time.perf_counter(), time.time_ns() / 1e9]
        await asyncio.sleep(7)
        after = [time.time(), time.monotonic(), time.perf_counter(), time.time_ns() / 1e9]
        assert clock.now == time.monotonic() == 1007.0
        assert time.perf_counter_ns() == time.monotonic_ns() == 1007 * 10**9
        return [round(b - a, 6) for a, b in zip(before, after, strict=True)], before[0]

    (passed, date), _ = play(scenario)
    assert passed == [7.0] * 4
    assert abs(date - time.time()) < 3600


@pytest.mark.parametrize("early", [True, False], ids=["before", "after"])
def test_a_name_bound_from_time_is_virtual_too(early):
    """`from time import perf_counter` works, bound before or after entering the world."""
    dispatch = TimeDispatch.install() if early else None
    try:
        bound = time.perf_counter

        async def scenario(_clock):
            read = bound if early else time.perf_counter
            start = read()
            await asyncio.sleep(2)
            return read() - start

        assert play(scenario)[0] == 2.0
        assert abs(bound() - time.clock_gettime(time.CLOCK_MONOTONIC)) < 3600
    finally:
        if dispatch:
            dispatch.remove()


def test_other_threads_keep_real_time():
    """A thread from outside the world sees real time and really sleeps."""
    seen, go, done = [], threading.Event(), threading.Event()

    def outside():
        go.wait()
        seen.append(time.monotonic())
        done.set()

    thread = threading.Thread(target=outside)
    thread.start()
    with Clock():
        go.set()
        thread.join()
    assert abs(seen[0] - time.monotonic()) < 600
    assert seen[0] != 1000.0
