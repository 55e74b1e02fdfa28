"""A gate: threads and other processes wait at it until it is opened."""

from __future__ import annotations

import asyncio
import multiprocessing
import pickle
import sys
from concurrent.futures import ProcessPoolExecutor

import pytest

from graders.kit.instruments.gate import Gate
from tests.kit.simulation import Now, virtual


@pytest.mark.parametrize("processes", [False, True])
async def test_work_waits_until_it_opens(processes: bool):
    """In threads and in processes; later nobody waits."""
    loop = asyncio.get_running_loop()
    pool = ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) if processes else None
    with Gate() as gate:
        work = [loop.run_in_executor(pool, gate.wait) for _ in range(2)]
        reached = [await gate.reached(unless=work) for _ in work]
        assert (reached, [one.done() for one in work]) == ([True, True], [False, False])
        gate.open()
        await asyncio.gather(*work)
        await loop.run_in_executor(pool, gate.wait)
    if pool:
        pool.shutdown()


@virtual
async def test_who_waits_for_nobody_goes_on(now: Now) -> None:
    """When the work has ended without coming, and in no virtual time."""
    with Gate() as gate:
        work = asyncio.ensure_future(asyncio.sleep(0))
        assert not await gate.reached(unless=[work])
        call = asyncio.ensure_future(asyncio.to_thread(gate.wait))
        assert await gate.reached(unless=[call])
    await call
    assert now() == 0.0


async def test_one_that_came_unasked_goes_on_too():
    """Nobody has to look whether it is there."""
    with Gate() as gate:
        work = [asyncio.ensure_future(asyncio.to_thread(gate.wait)) for _ in range(3)]
        assert await gate.reached()
    await asyncio.gather(*work)


@pytest.mark.skipif(sys.platform != "linux", reason="processes are not forked by default")
async def test_a_copy_of_its_socket_does_not_keep_it_shut():
    """As a process has that was forked while the gate was shut."""
    with Gate() as gate:
        assert gate._listener
        with gate._listener.dup():
            gate.open()
            await asyncio.to_thread(gate.wait)


async def test_an_open_gate_is_reached_by_nobody():
    """Which is said, instead of waiting for ever; opening it again does nothing."""
    with Gate() as gate:
        gate.open()
        with pytest.raises(RuntimeError, match="nobody waits at a gate that is open"):
            await gate.reached()
    with pytest.raises(RuntimeError, match="not been entered"):
        await pickle.loads(pickle.dumps(gate)).reached()
