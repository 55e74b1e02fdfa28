"""Time dispatch: `time.time()` and its like are virtual on some threads and real on all others.

A module that says `from time import perf_counter` keeps whatever it found.
So a process that will hold a virtual clock installs the dispatch before it
imports such modules; where no thread has a clock a call costs one look into an
empty dictionary.
"""

from __future__ import annotations

import functools
import importlib
import os
import time
from _thread import get_ident
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Protocol

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


class ThreadClock(Protocol):
    """The time as one thread sees it. All in seconds."""

    def read(self) -> float:
        """The monotonic time."""

    def date(self) -> float:
        """The time since the epoch."""

    def sleep(self, seconds: float) -> None:
        """Return when that much has gone by."""


class TimeDispatch:
    """Takes the place of the functions of `time`; `by_thread` says which threads are virtual.

    The functions are bound methods, so that a class may keep one as an attribute, as it may a
    builtin. They are pickled as what they replace.
    """

    def __init__(self) -> None:
        self.by_thread: dict[int, ThreadClock] = {}
        self.real = SimpleNamespace(**{name: getattr(time, name) for name in NAMES})
        if hasattr(os, "register_at_fork"):
            # A forked process has none of the threads that made its clock's time go by.
            os.register_at_fork(after_in_child=self.by_thread.clear)

    @staticmethod
    @functools.cache
    def of_process() -> TimeDispatch:
        """The one dispatch: names bound from it must work with the next clock as well."""
        return TimeDispatch()

    @classmethod
    def install(cls) -> TimeDispatch:
        """Put it in place, for good or until `remove`. Does nothing the second time."""
        dispatch = cls.of_process()
        if not dispatch.installed:
            for name in NAMES:
                setattr(time, name, getattr(dispatch, name))
        return dispatch

    def __reduce__(self) -> tuple[Any, ...]:
        # Its methods are pickled as functions of `time`: a function for another process,
        # `time.sleep` say, is there what that process has under this name.
        return importlib.import_module, ("time",)

    @property
    def installed(self) -> bool:
        """Are the functions of `time` ours at present?"""
        return getattr(time.monotonic, "__self__", None) is self

    def remove(self) -> None:
        """Put the real functions back; names bound meanwhile answer with real time."""
        for name in NAMES:
            setattr(time, name, getattr(self.real, name))

    def _ask(self, question: Callable[[ThreadClock], float], name: str) -> float:
        mine = self.by_thread.get(get_ident())
        answer: float = getattr(self.real, name)() if mine is None else question(mine)
        return answer

    def time(self) -> float:
        """Seconds since 1970, virtual or real, as those below."""
        return self._ask(lambda mine: mine.date(), "time")

    def monotonic(self) -> float:
        """Seconds since some time in the past."""
        return self._ask(lambda mine: mine.read(), "monotonic")

    def perf_counter(self) -> float:
        """On a virtual clock, the same as `monotonic`."""
        return self._ask(lambda mine: mine.read(), "perf_counter")

    def time_ns(self) -> int:
        """`time` in nanoseconds."""
        return int(self._ask(lambda mine: nanoseconds(mine.date()), "time_ns"))

    def monotonic_ns(self) -> int:
        """`monotonic` in nanoseconds."""
        return int(self._ask(lambda mine: nanoseconds(mine.read()), "monotonic_ns"))

    def perf_counter_ns(self) -> int:
        """`perf_counter` in nanoseconds."""
        return int(self._ask(lambda mine: nanoseconds(mine.read()), "perf_counter_ns"))

    def clock_gettime(self, clock: int) -> float:
        """Clocks of processor time stay what they are; a date is virtual, and so is all else."""
        mine = self.by_thread.get(get_ident())
        if mine is None or "CPUTIME" in _clock_name(clock):
            return float(self.real.clock_gettime(clock))
        return mine.date() if clock == time.CLOCK_REALTIME else mine.read()

    def clock_gettime_ns(self, clock: int) -> int:
        """`clock_gettime` in nanoseconds."""
        if self.by_thread.get(get_ident()) is None or "CPUTIME" in _clock_name(clock):
            return int(self.real.clock_gettime_ns(clock))
        return nanoseconds(self.clock_gettime(clock))

    def sleep(self, seconds: float) -> None:
        """Block this thread. Raises ValueError if `seconds` is negative."""
        mine = self.by_thread.get(get_ident())
        if mine is None:
            self.real.sleep(seconds)
        else:
            mine.sleep(seconds)


def _clock_name(clock: int) -> str:
    names = (
        name for name, value in vars(time).items() if name.startswith("CLOCK_") and value == clock
    )
    return next(names, "")


def nanoseconds(seconds: float) -> int:
    """Seconds as whole nanoseconds."""
    return round(seconds * 1e9)
