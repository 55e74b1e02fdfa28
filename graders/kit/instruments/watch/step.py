"""One step of an event loop, and what the signals saw of it."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

from graders.kit.instruments.clock.time_dispatch import TimeDispatch
from graders.kit.shared.record import Line

real_ns = TimeDispatch.of_process().real.perf_counter_ns
"""Real time, whatever clock the loop lives by."""


class Reading(NamedTuple):
    """What the clocks of a thread said at one moment, in nanoseconds."""

    now: int
    process: int
    thread: int


class Seen:
    """What was seen of a step, by several signals: most steps are over before anybody looks."""

    def __init__(self) -> None:
        self.samples: dict[Line | None, int] = {}
        """Processor time by watched line; None for what others burnt."""
        self.sampled = 0
        """How much of it the samples tell of."""
        self.asleep: dict[object, int] = {}
        """Time asleep in the kernel, by place."""
        self.glances: dict[Line, tuple[float, float]] = {}
        """Waits that were too short to be told, by line: the seconds they asked for, and took."""
        self.places: dict[object, Any] = {}
        """What was found in this step already, by place."""


class Step:
    """One turn of a task or a callback, on the thread of a running loop. Times in nanoseconds.

    What a loop does between two of them (a signal's handler, a destructor) is
    a step too: one without a `handle`.
    """

    excused = 0
    excuses = 0
    """How often something was excused that may have slept."""
    under_way: Any = None
    """The note of the grey call that its thread is in just now, if it is in one."""

    def __init__(
        self, handle: asyncio.Handle | None, number: int, started: int, reading: Reading
    ) -> None:
        self.handle = handle
        self.number = number
        self.started = started
        self._reading = reading

    @property
    def began(self) -> int:
        """What its thread had burnt when it began."""
        return self._reading.thread

    @property
    def process(self) -> int:
        """What the process had burnt when it began."""
        return self._reading.process

    @property
    def seen(self) -> Seen:
        found: Seen = self.__dict__.get("_seen") or self.__dict__.setdefault("_seen", Seen())
        return found

    def charge(self, line: Line | None, burnt: int) -> None:
        """It has burnt so much by now, `excused` left out: what is new was burnt here."""
        seen = self.seen
        if burnt > seen.sampled:
            seen.samples[line] = seen.samples.get(line, 0) + burnt - seen.sampled
            seen.sampled = burnt

    def held_up(self) -> int | None:
        """How many other callbacks and tasks could run now, but for this step."""
        loop: Any = getattr(self.handle, "_loop", None)
        try:
            now = loop.time()
            due = [t for t in [*loop._scheduled] if t._when <= now and not t._cancelled]
            return len(loop._ready) + len(due)
        except (AttributeError, TypeError, IndexError, RuntimeError):
            return None  # not asyncio's own loop, or it changed meanwhile
