"""`Stuck`: a wait that can never end is an error at once, and says what waits where."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from graders.kit.instruments.clock import Clock
from graders.kit.instruments.source import Source
from tests.kit.simulation import stuck

WATCHED = """
import asyncio


async def greet():
    await asyncio.Event().wait()


async def both():
    await asyncio.gather(greet(), greet())
"""


def test_deadlock_names_the_task_and_the_line(tmp_path: Path):
    """When nothing can happen any more, `Stuck` says at once what waits on which line."""
    path = tmp_path / "k1.py"
    path.write_text(WATCHED)
    module: dict[str, Any] = {}
    exec(compile(WATCHED, str(path), "exec"), module)

    error = stuck(lambda _clock: module["both"](), Clock(source=Source(path)))

    assert error.kind == "deadlock"
    assert sorted(w.line.line for w in error.waiting if w.line) == [6, 6, 10]
    assert str(error.waiting[0].line) == "k1.py:6"
    assert error.waiting[0].text == "await asyncio.Event().wait()"
    assert "waits in greet at k1.py:6 (await asyncio.Event().wait())" in str(error)
    assert "nothing can ever happen again" in str(error)


def test_a_livelock_ends_after_very_many_iterations():
    """A loop that only lets others run, while no time passes, ends."""

    async def spins(clock):
        while clock.elapsed < 1:
            await asyncio.sleep(0)

    error = stuck(spins)
    assert error.kind == "livelock"
    assert "100,000 iterations" in str(error)


def test_horizon_ends_a_ticker_beside_a_hung_wait():
    """A ticker beside a wait that never ends is stopped at the horizon."""

    async def scenario(_clock):
        async def tick():
            while True:
                await asyncio.sleep(1)

        ticking = asyncio.create_task(tick())
        await asyncio.Event().wait()
        ticking.cancel()

    clock = Clock(horizon=100)
    assert stuck(scenario, clock).kind == "horizon"
    assert clock.elapsed == 100.0


def test_after_stuck_cleaning_up_still_works():
    """Cancelled by the runner, a hung task can still wait for its own clean-up."""
    cleaned = []

    async def scenario(clock):
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(1)
            cleaned.append(clock.elapsed)

    assert stuck(scenario).kind == "deadlock"
    assert cleaned == [1.0]
