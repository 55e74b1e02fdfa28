"""Time dispatch: `time.time()` and its like are virtual on some threads and real on all others.

A module that says `from time import perf_counter` keeps whatever it found.
So a process that will hold a virtual clock installs the dispatch before it
imports such modules; where no thread has a clock a call costs one look into an
empty dictionary.
"""

from __future__ import annotations

import functools
import os
import time
from _thread import get_ident
from collections.abc import Callable
from types import SimpleNamespace
from typing import Protocol

NAMES = tuple(
    name
    for name in (
        "time",
        "time_ns",
        "monotonic",
        "monotonic_ns",
        "perf_counter",
        "perf_counter_ns",
        "clock_gettime",
        "clock_gettime_ns",
        "sleep",
    )
    if hasattr(time, name)
)


class Timekeeper(Protocol):
    """What a thread needs in order to live in virtual time. All in seconds."""

    def read(self) -> float:
        """The monotonic time."""

    def date(self) -> float:
        """The time since the epoch."""

    def sleep(self, seconds: float) -> None:
        """Return when that much has gone by."""


class TimeDispatch:
    """Stands in for the functions of `time`; `keepers` says which threads are virtual.

    The functions are bound methods, so that a class may keep one as an
    attribute, as it may a builtin.
    """

    def __init__(self) -> None:
        self.keepers: dict[int, Timekeeper] = {}
        self.real = SimpleNamespace(**{name: getattr(time, name) for name in NAMES})
        if hasattr(os, "register_at_fork"):
            # A forked process has none of the threads that made its clock's time go by.
            os.register_at_fork(after_in_child=self.keepers.clear)

    @staticmethod
    @functools.cache
    def of_process() -> TimeDispatch:
        """The one dispatch: names bound from it must go on working in the next world."""
        return TimeDispatch()

    @classmethod
    def install(cls) -> TimeDispatch:
        """Put it in place, for good or until `remove`. Twice is as good as once."""
        dispatch = cls.of_process()
        if not dispatch.installed:
            for name in NAMES:
                setattr(time, name, getattr(dispatch, name))
        return dispatch

    @property
    def installed(self) -> bool:
        return getattr(time.monotonic, "__self__", None) is self

    def remove(self) -> None:
        """Put the real functions back; names bound meanwhile answer with real time."""
        for name in NAMES:
            setattr(time, name, getattr(self.real, name))

    def _ask(self, question: Callable[[Timekeeper], float], name: str) -> float:
        keeper = self.keepers.get(get_ident())
        answer: float = getattr(self.real, name)() if keeper is None else question(keeper)
        return answer

    def time(self) -> float:
        return self._ask(lambda keeper: keeper.date(), "time")

    def monotonic(self) -> float:
        return self._ask(lambda keeper: keeper.read(), "monotonic")

    def perf_counter(self) -> float:
        return self._ask(lambda keeper: keeper.read(), "perf_counter")

    def time_ns(self) -> int:
        return int(self._ask(lambda keeper: nanoseconds(keeper.date()), "time_ns"))

    def monotonic_ns(self) -> int:
        return int(self._ask(lambda keeper: nanoseconds(keeper.read()), "monotonic_ns"))

    def perf_counter_ns(self) -> int:
        return int(self._ask(lambda keeper: nanoseconds(keeper.read()), "perf_counter_ns"))

    def clock_gettime(self, clock: int) -> float:
        """Clocks of processor time stay what they are; a date is virtual, and so is all else."""
        keeper = self.keepers.get(get_ident())
        if keeper is None or "CPUTIME" in _clock_name(clock):
            return float(self.real.clock_gettime(clock))
        return keeper.date() if clock == time.CLOCK_REALTIME else keeper.read()

    def clock_gettime_ns(self, clock: int) -> int:
        if self.keepers.get(get_ident()) is None or "CPUTIME" in _clock_name(clock):
            return int(self.real.clock_gettime_ns(clock))
        return nanoseconds(self.clock_gettime(clock))

    def sleep(self, seconds: float) -> None:
        keeper = self.keepers.get(get_ident())
        if keeper is None:
            self.real.sleep(seconds)
        else:
            keeper.sleep(seconds)


def _clock_name(clock: int) -> str:
    names = (
        name for name, value in vars(time).items() if name.startswith("CLOCK_") and value == clock
    )
    return next(names, "")


def nanoseconds(seconds: float) -> int:
    return round(seconds * 1e9)
