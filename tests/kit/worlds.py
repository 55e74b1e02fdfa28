"""Worlds to test in: a scenario on a virtual clock, and what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from graders.kit.instruments.clock import Clock, Stuck, TimeDispatch

REAL = 0.05
"""Seconds of real work: enough to lose any race against a clock that does not stand."""

Now = Callable[[], float]
"""Seconds since a world began."""

Scenario = Callable[[Clock], Coroutine[Any, Any, Any]]


def play(scenario: Scenario, clock: Clock | None = None) -> tuple[Any, float]:
    """The result of a scenario, and how long it took on its clock."""
    clock = clock or Clock()
    with clock, asyncio.Runner(loop_factory=clock.loop) as runner:
        return runner.run(scenario(clock)), clock.elapsed


def stuck(scenario: Scenario, clock: Clock | None = None) -> Stuck:
    """How a scenario gets stuck, as it must."""
    with pytest.raises(Stuck) as caught:
        play(scenario, clock)
    return caught.value


def real_work() -> str:
    """Takes `REAL` seconds, and no virtual time."""
    TimeDispatch.of_process().real.sleep(REAL)
    return "done"


def virtual(test: Callable[[Now], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """A test in a world of its own, where waiting takes no time; it is given `now`."""

    def run() -> None:
        clock = Clock()
        with clock, asyncio.Runner(loop_factory=clock.loop) as runner:
            runner.run(test(lambda: clock.elapsed))

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run
