"""The virtual clock and a real PostgreSQL."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from graders.kit.postgres.embedded import Embedded
from tests.kit.simulation import simulate, stuck

SLOW = "select pg_sleep(0.2)"


@pytest.fixture(scope="module")
def dsn() -> Iterator[str]:
    server = Embedded()
    server.start()
    yield server.url
    server.stop()


def test_the_clock_does_not_move_while_a_query_runs(dsn: str):
    """Connecting and a slow query take no virtual time, so a timeout does not fire."""

    async def scenario(clock):
        async with asyncio.timeout(5):
            connection = await asyncpg.connect(dsn)
            await connection.fetchval(SLOW)
            await connection.execute(SLOW, timeout=1)
            await connection.close()
        return clock.elapsed

    assert simulate(scenario) == (0.0, 0.0)


def test_time_goes_on_between_queries(dsn: str):
    """Twenty tasks that query, sleep a second and query again take exactly one."""

    async def scenario(_clock):
        async def task(pool):
            await pool.fetchval("select 1")
            await asyncio.sleep(1)
            return await pool.fetchval("select 2")

        async with asyncpg.create_pool(dsn, min_size=2, max_size=5, command_timeout=5) as pool:
            await pool.fetchval(SLOW)
            return await asyncio.gather(*(task(pool) for _ in range(20)))

    assert simulate(scenario) == ([2] * 20, 1.0)


def test_an_idle_pool_does_not_stop_the_clock(dsn: str):
    """Connections that wait for work keep nothing."""

    async def scenario(clock):
        async with asyncpg.create_pool(dsn, min_size=3, max_size=3):
            await asyncio.sleep(1000)
            return clock.elapsed

    assert simulate(scenario)[0] == 1000.0


def test_a_query_cancelled_by_its_task_leaves_the_pool_usable(dsn: str):
    """A task cancelled in mid-query gives its connection back, and the next query works."""

    async def scenario(_clock):
        async with asyncpg.create_pool(dsn, min_size=1, max_size=1) as pool:
            await pool.fetchval("select 1")
            task = asyncio.create_task(pool.fetchval("select pg_sleep(30)"))
            for _ in range(20):
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return await pool.fetchval("select 3")

    assert simulate(scenario) == (3, 0.0)


def test_transactions_cursors_and_copy_hold_the_clock(dsn: str):
    """All of asyncpg's ways to ask the server take no virtual time."""

    async def scenario(_clock):
        async with asyncio.timeout(0.001):
            connection = await asyncpg.connect(dsn)
            async with connection.transaction():
                await connection.execute("create temp table t (n int)")
                await connection.executemany("insert into t values ($1)", [(n,) for n in range(3)])
                await connection.copy_records_to_table("t", records=[(3,), (4,)])
                rows = [row["n"] async for row in connection.cursor("select n from t")]
            await connection.close()
        return rows

    assert simulate(scenario) == ([0, 1, 2, 3, 4], 0.0)


def test_a_hang_beside_an_open_connection_is_a_deadlock(dsn: str):
    """An open connection does not make the clock wait without end."""

    async def scenario(_clock):
        connection = await asyncpg.connect(dsn)
        try:
            await asyncio.Event().wait()
        finally:
            await connection.close()

    assert stuck(scenario).kind == "deadlock"


def test_a_notification_from_outside_arrives(dsn: str):
    """A listener gets its notification, although nothing here can happen by itself."""

    async def scenario(_clock):
        listening, telling = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
        heard: asyncio.Queue[str] = asyncio.Queue()
        await listening.add_listener("news", lambda *args: heard.put_nowait(args[-1]))
        await telling.execute("notify news, 'hello'")
        try:
            return await heard.get()
        finally:
            await listening.close()
            await telling.close()

    assert simulate(scenario)[0] == "hello"


def test_the_clock_runs_on_past_a_query_that_waits_for_our_lock(dsn: str):
    """A timeout around a query fires that can't end, because the scenario holds its lock."""

    async def scenario(clock):
        holder, other = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
        await holder.execute("select pg_advisory_lock(7)")

        async def wait_for_lock():
            async with asyncio.timeout(3):
                await other.execute("select pg_advisory_lock(7)")

        waiting = asyncio.create_task(wait_for_lock())
        seen = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
        while not await holder.fetchval(seen):
            pass
        assert clock.elapsed == 0.0
        assert clock.run_on() == 1
        with pytest.raises(TimeoutError):
            await waiting
        at = clock.elapsed
        async with asyncio.timeout(1):
            await holder.execute(SLOW)
        await holder.close()
        await other.close()
        return at

    assert simulate(scenario) == (3.0, 3.0)


LATE = """
import asyncio, sys
from graders.kit.instruments.clock import Clock
assert "asyncpg" not in sys.modules

async def main():
    import asyncpg
    async with asyncio.timeout(0.001):
        connection = await asyncpg.connect(sys.argv[1])
        await connection.fetchval("select pg_sleep(0.1)")
        await connection.close()

with Clock() as clock, asyncio.Runner(loop_factory=clock.loop) as runner:
    runner.run(main())
print(clock.elapsed)
"""


def test_asyncpg_may_be_imported_later(dsn: str):
    """Imported while the clock is entered, asyncpg holds the clock as well."""
    root = Path(__file__).parents[2]
    seen = subprocess.run(
        [sys.executable, "-c", LATE, dsn], cwd=root, capture_output=True, text=True, check=False
    )
    assert (seen.stdout.strip(), seen.stderr) == ("0.0", "")
