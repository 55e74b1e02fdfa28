from __future__ import annotations

import asyncio
import inspect
import time
from typing import Any

import pytest

from graders.kit.instruments.calls import Calls
from graders.kit.shared import codec, record
from tests.kit.simulation import Now, virtual


def ended(calls: Calls) -> list[tuple[str, float, float | None]]:
    return [(call.outcome, call.started, call.ended) for call in calls.records]


@virtual
async def test_a_call_is_recorded_with_its_arguments_and_exact_times(now: Now) -> None:
    """A call is recorded with what it was given, when it began and when it ended."""
    calls = Calls(now)
    fetch = calls.awaitable("fetch", latency=0.1, returns="page")

    for _ in range(10):
        assert await fetch("key", retries=2) == "page"

    last = calls.records[-1]
    assert (last.name, last.args, last.kwargs) == ("fetch", ("key",), {"retries": 2})
    assert (last.started, last.ended, last.outcome) == (0.9, 1.0, "returned")
    assert last.thread == "loop"


@virtual
async def test_everything_may_depend_on_the_arguments(now: Now) -> None:
    """Latency, value and exception may each be a function of the arguments."""
    calls = Calls(now)
    fetch = calls.awaitable(
        "fetch",
        latency=lambda key: float(key),
        returns=lambda key: key * 2,
        raises=lambda key: KeyError(key) if key == 3 else None,
    )

    two, one, error = await asyncio.gather(fetch(2), fetch(1), fetch(3), return_exceptions=True)

    assert (two, one, type(error)) == (4, 2, KeyError)
    assert ended(calls) == [("returned", 0, 2), ("returned", 0, 1), ("raised", 0, 3)]


@pytest.mark.parametrize("raises", [OSError("down"), OSError, lambda: OSError("down")])
async def test_an_exception_is_given_as_instance_class_or_function(raises: Any) -> None:
    """However the exception is given, it is raised, and raised with a clean traceback each time."""
    calls = Calls(time.monotonic)
    fetch, block = calls.awaitable("fetch", raises=raises), calls.blocking("block", raises=raises)

    depths = []
    for _ in range(3):
        with pytest.raises(OSError) as caught:  # noqa: PT011 - an OSError of any kind
            await fetch()
        depths.append(len(caught.traceback))
    with pytest.raises(OSError):  # noqa: PT011
        block()

    assert len(set(depths)) == 1
    assert [call.outcome for call in calls.records] == ["raised"] * 4


async def test_a_fake_without_latency_still_lets_others_run() -> None:
    """A fake suspends at least once, so a read-modify-write around it loses updates."""
    read = Calls(time.monotonic).awaitable("read")
    total = 0

    async def add() -> None:
        nonlocal total
        before = total
        await read()
        total = before + 1

    await asyncio.gather(add(), add(), add())

    assert total == 1


async def test_a_call_starts_when_it_is_awaited() -> None:
    """Calling a fake does nothing; awaiting the coroutine does."""
    calls = Calls(time.monotonic)
    waiting = calls.awaitable("fetch")()

    assert calls.records == []
    await waiting
    assert len(calls.records) == 1


@virtual
async def test_cancelled_and_pending_calls_are_distinguished(now: Now) -> None:
    """A cancelled call has an end, a pending one has none."""
    calls = Calls(now)
    fetch = calls.awaitable("fetch", latency=60.0)
    first, second = asyncio.create_task(fetch(1)), asyncio.create_task(fetch(2))
    await asyncio.sleep(5)
    first.cancel()
    await asyncio.wait([first])

    assert ended(calls) == [("cancelled", 0, 5), ("pending", 0, None)]
    assert [call.order for call in calls.records] == [(0, 2), (1, None)]
    second.cancel()


@virtual
async def test_a_call_dropped_while_it_waits_never_ended(now: Now) -> None:
    """A coroutine that is closed half-way leaves a pending call."""
    calls = Calls(now)
    coroutine = calls.awaitable("fetch", latency=1.0)()
    coroutine.send(None)
    coroutine.close()

    assert ended(calls) == [("pending", 0, None)]


@virtual
async def test_calls_that_overlap_pass_the_barrier(now: Now) -> None:
    """With `meet` so many calls go on together."""
    calls = Calls(now)
    fetch = calls.awaitable("fetch", latency=1.0, meet=5)

    await asyncio.gather(*(fetch(n) for n in range(5)))

    assert record.Calls(calls.records).most_in_flight == 5
    assert now() == 1.0


@virtual
async def test_calls_one_after_the_other_never_pass_the_barrier(now: Now) -> None:
    """With `meet` a lone call waits, and a cancelled one does not count for the others."""
    calls = Calls(now)
    fetch = calls.awaitable("fetch", meet=2)

    for _ in range(3):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(fetch(), 1.0)

    assert [call.outcome for call in calls.records] == ["cancelled"] * 3
    assert now() == 3.0


async def test_a_retry_after_the_barrier_opened_does_not_wait() -> None:
    """Once the barrier has opened, later calls pass alone."""
    calls = Calls(time.monotonic)
    fetch = calls.awaitable("fetch", meet=3)
    await asyncio.gather(fetch(), fetch(), fetch())

    await fetch()

    assert [call.outcome for call in calls.records] == ["returned"] * 4


async def test_order_counts_starts_and_ends_in_one_sequence() -> None:
    """`order` tells what overlapped even where all times are equal."""
    calls = Calls(lambda: 0.0)
    fetch, save = calls.awaitable("fetch"), calls.awaitable("save")

    await fetch()
    await asyncio.gather(fetch(), save())

    assert [call.order for call in calls.records] == [(0, 1), (2, 4), (3, 5)]
    assert [call.name for call in calls.records] == ["fetch", "fetch", "save"]


@virtual
async def test_a_blocking_fake_says_which_thread_it_held(now: Now) -> None:
    """A blocking fake records whether it ran on the loop's thread or in a worker."""
    calls = Calls(now)
    job = calls.blocking("job", seconds=1.0, returns=lambda n: n + 1)

    assert job(1) == 2
    assert await asyncio.gather(*(asyncio.to_thread(job, n) for n in range(3))) == [1, 2, 3]

    assert [call.thread for call in calls.records] == ["loop", "worker", "worker", "worker"]
    assert record.Calls(calls.records[1:]).most_in_flight == 3
    assert now() == 2.0


def test_a_blocking_fake_sleeps_by_the_current_time_sleep(monkeypatch: Any) -> None:
    """`time.sleep` is looked up at the call, so that a patch of it is used."""
    slept: list[float] = []
    job = Calls(time.monotonic).blocking("job", seconds=lambda n: n * 2.0)
    monkeypatch.setattr(time, "sleep", slept.append)

    job(3)
    job(0)

    assert slept == [6.0]


async def test_arguments_are_recorded_as_they_were() -> None:
    """What the caller does to its list after the call does not change the record."""
    calls = Calls(time.monotonic)
    batch = [1, {"two": [2]}]
    await calls.awaitable("save")(batch)
    batch.clear()

    assert calls.records[0].args == ([1, {"two": [2]}],)


async def test_a_fake_looks_like_the_function_it_replaces() -> None:
    """A fake has its name, and an awaitable one is a coroutine function."""
    calls = Calls(time.monotonic)
    fetch, job = calls.awaitable("fetch"), calls.blocking("job")

    assert (fetch.__name__, job.__name__) == ("fetch", "job")
    assert inspect.iscoroutinefunction(fetch)
    assert not inspect.iscoroutinefunction(job)


async def test_calls_cross_the_boundary() -> None:
    """Calls are plain data once encoded."""
    calls = Calls(lambda: 1.5)
    await calls.awaitable("fetch")("key", deep=(1, 2))

    (seen,) = codec.decode(codec.encode(calls.records))

    assert (seen.name, seen.args, seen.kwargs) == ("fetch", ("key",), {"deep": (1, 2)})
    assert (seen.started, seen.ended, seen.order) == (1.5, 1.5, (0, 1))
