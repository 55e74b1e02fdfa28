"""The yardstick: processor time as work, so that a limit means the same on every machine.

A turn is one turn of an empty `for` loop. A slow machine takes longer for a turn, and
for everything else; a limit in turns neither trips it nor lets a fast one go.
"""

from __future__ import annotations

import functools
import time

TURNS = 50_000
ROUNDS = 7


@functools.cache
def seconds_per_turn() -> float:
    """Measured once in a process, in the thread's own processor time: the best of some rounds."""
    return min(_round() for _ in range(ROUNDS)) / TURNS / 1e9


def _round() -> int:
    began = time.thread_time_ns()
    for _ in range(TURNS):
        pass
    return time.thread_time_ns() - began


def seconds(turns: int) -> float:
    """How long this machine takes for so many turns."""
    return turns * seconds_per_turn()


def work(seconds: float, limit: int) -> str:
    """So much processor time, in words that mean the same everywhere."""
    done = seconds / seconds_per_turn() / 1e6
    return f"as much as counting to {done:.0f} million, where {limit / 1e6:.0f} are allowed"
