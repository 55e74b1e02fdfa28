"""Does a process get on with something, or does it wait? A stopwatch cannot tell: on a busy machine
a process that computes may get no processor for seconds, and one that was stopped does nothing
though it could.

Linux counts for each thread what it ran and how long it queued for a processor
(/proc/PID/task/TID/schedstat, proc(5)). What is left of real time it slept.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator

BUSY = 0.05
"""The share of a look's real time that a process must have run or queued to count as busy.
A process that sleeps, and is looked at every second, needs a hundredth."""

STOPPED = 3.0
"""A pause between two looks longer than so many times what was meant: the looker itself was
stopped, or got no processor. Nothing is known of the time in between."""


def busy_ns(process: int, *, itself: bool = True) -> int | None:
    """Nanoseconds that the process, if `itself`, and what it started ran or queued; None where the
    kernel does not count, or there is nothing to count."""
    total = None
    for pid in _family(process):
        if pid == process and not itself:
            continue
        for thread in _threads(pid):
            with contextlib.suppress(OSError, ValueError):
                ran, queued, _ = map(int, _read(f"{thread}/schedstat").split())
                total = (total or 0) + ran + queued
    return total


def _threads(process: int) -> list[str]:
    """The folders of its threads."""
    folder = f"/proc/{process}/task"
    with contextlib.suppress(OSError):
        return [f"{folder}/{thread}" for thread in os.listdir(folder)]
    return []


def _family(process: int) -> Iterator[int]:
    """The process and all its descendants that have a parent still."""
    yield process
    for thread in _threads(process):
        with contextlib.suppress(OSError):
            for child in _read(f"{thread}/children").split():
                yield from _family(int(child))


def _read(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:
        return file.read()


class IdleTime:
    """Adds up how long a process has slept, by looks that are meant to be `pause` seconds apart.

    Work of whatever it started counts as its own. Where the kernel does not count (macOS,
    Windows), all time between looks is idle.
    """

    def __init__(self, process: int, pause: float) -> None:
        self.seconds = 0.0
        self._process = process
        self._pause = pause
        self._looked_at = time.monotonic()
        self._busy = busy_ns(process)

    def look(self) -> float:
        """Seconds of idle time up to now. A process that works starts it again from 0."""
        now, busy = time.monotonic(), busy_ns(self._process)
        passed, self._looked_at = now - self._looked_at, now
        before, self._busy = self._busy, busy
        if passed > STOPPED * self._pause:
            return self.seconds
        if before is not None and busy is not None and abs(busy - before) > BUSY * passed * 1e9:
            self.seconds = 0.0
        else:
            self.seconds += passed
        return self.seconds
