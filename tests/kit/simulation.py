"""Runs a scenario on a virtual clock, and returns what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from graders.kit.instruments.clock import Clock, Stuck, TimeDispatch

REAL = 0.05
"""Seconds of real work: enough to lose any race against a clock that moves meanwhile."""

Now = Callable[[], float]
"""Seconds since the test began."""

Scenario = Callable[[Clock], Coroutine[Any, Any, Any]]


def simulate(scenario: Scenario, clock: Clock | None = None) -> tuple[Any, float]:
    """The result of a scenario, and how long it took on its clock."""
    clock = clock or Clock()
    with clock, asyncio.Runner(loop_factory=clock.loop) as runner:
        return runner.run(scenario(clock)), clock.elapsed


def stuck(scenario: Scenario, clock: Clock | None = None) -> Stuck:
    """The `Stuck` that a scenario must raise."""
    with pytest.raises(Stuck) as caught:
        simulate(scenario, clock)
    return caught.value


def real_work() -> str:
    """Takes `REAL` seconds, and no virtual time."""
    TimeDispatch.of_process().real.sleep(REAL)
    return "done"


def virtual(test: Callable[[Now], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Runs a test on a virtual clock of its own; it is given `now`."""

    def run() -> None:
        clock = Clock()
        with clock, asyncio.Runner(loop_factory=clock.loop) as runner:
            runner.run(test(lambda: clock.elapsed))

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run
