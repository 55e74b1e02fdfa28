"""Calibration: processor time as an amount of work, so that a limit means the same everywhere.

The unit is one iteration of an empty `for` loop. A slow machine takes longer for an iteration and
for everything else too, so a limit in iterations is as strict there as on a fast machine.
"""

from __future__ import annotations

import functools
import time

ITERATIONS = 50_000
"""Of one round of the measurement."""

ROUNDS = 7


@functools.cache
def seconds_per_iteration() -> float:
    """Seconds of processor time that one iteration takes on this machine.

    Measured once in a process, in some milliseconds: the best of several rounds.
    """
    return min(_round() for _ in range(ROUNDS)) / ITERATIONS / 1e9


def _round() -> int:
    began = time.thread_time_ns()
    for _ in range(ITERATIONS):
        pass
    return time.thread_time_ns() - began


def seconds(iterations: int) -> float:
    """Seconds of processor time that this machine takes for so many iterations."""
    return iterations * seconds_per_iteration()


def describe(seconds: float, limit: int) -> str:
    """A sentence that says what could have been done in so many seconds of processor time.

    `limit` is the allowed number of iterations.
    """
    done = seconds / seconds_per_iteration() / 1e6
    return f"as much as counting to {done:.0f} million, where {limit / 1e6:.0f} are allowed"
