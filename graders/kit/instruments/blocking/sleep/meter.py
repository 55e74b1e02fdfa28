"""Sleep meters: how long was a thread asleep between two samples? Not what a stopwatch says.

A thread that is not on a processor is not necessarily asleep. On a busy machine it queues for a
processor; in a Python process it waits for the GIL. Neither is the fault of the code in the step,
and neither must ever be called blocking. So real time is never the measure; two others are:

`SchedstatSleepMeter` (Linux) asks the kernel. Real time, minus time on a processor, minus time in
the queue for one, was sleep; the scheduler counts all of it to the nanosecond, so no load changes
the answer. What remains to be told apart is waiting for the GIL, which looks like any other lock.

`ProcessSleepMeter` (everywhere) asks whether the whole process burned next to nothing while the
thread stayed at one instruction. It is a guess, with limits that are twice as high.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import suppress
from typing import Protocol

from graders.kit.instruments.blocking.sleep.clock_sample import ClockSample
from graders.kit.instruments.blocking.sleep.threads import Threads
from graders.kit.instruments.blocking.steps import real_ns
from graders.kit.shared.kernel import ThreadState

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

UNOBSERVED = 25_000_000
"""Nanoseconds without a sample after which the watchdog was itself held up: the machine is busy, or
another thread holds the GIL."""

PAUSE = 5_000_000
"""Nanoseconds between two rounds of samples, and between two times that a thread asks for the GIL:
a few times as many may pass before a stop is the only explanation."""

IDLE_SHARE = 20
"""A process that burns less than one part in so many of real time is idle. One that only queues for
a processor gets more than that, unless a machine is hopelessly busy."""

IDLE_SHARE_UNOBSERVED = 100
"""The same for a time without samples: a call may have slept while it held the GIL."""

PREEMPTED_FOR = 120_000_000
"""Nanoseconds without a sample that are sleep even if a thread was preempted meanwhile: on a busy
machine that thread may have held the GIL and queued for a processor for up to this long."""

OUTPUT_DESCRIPTORS = (1, 2)
"""Standard output and error. If their reader is slow, that is not the fault of the program."""


class Stops:
    """Counts how often the process stood still for a while: stopped, or frozen, or its computer.

    Who takes samples pauses for at most `PAUSE`, and wakes up even where it then waits for the GIL
    in vain: CPython has it ask again every 5 ms. If it did not, though it was not in the queue for
    a processor, then nothing in this process could run, and what looks like sleep was none.
    """

    def __init__(self, longest: int) -> None:
        """`longest` nanoseconds for each time that it wakes up are not a stop yet."""
        self.count = 0
        self._longest = longest
        self._before: tuple[int, int, int] | None = None

    def look(self, woken: int, queued: int) -> None:
        """To be called by who takes samples, again and again: how often it woke up so far, and the
        nanoseconds that it spent in the queue for a processor."""
        now = real_ns()
        if self._before is not None:
            then, woken_before, queued_before = self._before
            missing = now - then - (queued - queued_before)
            if missing > self._longest * (woken - woken_before + 1):
                self.count += 1
        self._before = now, woken, queued


class SleepMeter(Protocol):
    """Takes samples of threads, and says how long a thread slept between two of them."""

    limit: int
    """Nanoseconds asleep at one place in one step above which the step is blocking."""

    adds_up: bool
    """Whether several short sleeps at one place count together."""

    def refresh(self) -> None:
        """To be called before a round of samples, in the thread that takes them, and again before
        `PAUSE` is over. May raise `OSError`."""

    def sample(self, thread: int) -> ClockSample:
        """A sample of the thread with this number (that of Python, not of the kernel)."""

    def count_from(
        self, arrived: ClockSample | None, previous: ClockSample, now: ClockSample
    ) -> ClockSample:
        """The sample from which on sleep counts for the place where the thread is `now`.

        `previous` is the sample before; `arrived` the first one at this place, None if the thread
        was elsewhere.
        """

    def slept(self, start: ClockSample, end: ClockSample) -> int:
        """Nanoseconds for which the thread was asleep in between; 0 or less if it was not."""

    def is_final(self, sample: ClockSample, later: ClockSample) -> bool:
        """Whether it is known by the time of `later` how long the thread had slept at `sample`."""

    def close(self) -> None:
        """To be called after use."""


class ProcessSleepMeter:
    """The portable meter: a thread sleeps if it does not move and its process burns nothing."""

    limit = 60_000_000

    # A busy machine makes a process stand still for many short times: only a long one is sleep.
    adds_up = False

    def __init__(self) -> None:
        # Threads are counted all together here, so there are more times than the watchdog's own.
        self._stops = Stops(2 * PAUSE)

    def refresh(self) -> None:
        """Find out whether the process was stopped."""
        if resource:  # Windows does not count
            self._stops.look(resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw, 0)

    def sample(self, _: int) -> ClockSample:
        """The clocks of the process, the same for all of its threads."""
        watchdog = time.thread_time_ns()
        preempted = resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw if resource else 0
        process = time.process_time_ns() - watchdog
        stops = self._stops.count
        return ClockSample(real_ns(), process, watchdog, preempted=preempted, stops=stops)

    def count_from(
        self, arrived: ClockSample | None, previous: ClockSample, now: ClockSample
    ) -> ClockSample:
        """`arrived`, or `now` if the thread has just arrived or may have run unobserved."""
        # Samples that follow each other closely say where the thread was all the time: it counts
        # from its arrival, and if it has just arrived, from now on.
        unobserved = now.now - previous.now
        if unobserved <= UNOBSERVED:
            return arrived or now
        # There was no sample for a long time. Either the machine was too busy to run the watchdog,
        # and then nothing is known of that time. Or the thread slept in a call that holds the GIL,
        # so that the watchdog could not run: then the whole process burned nothing at all, and no
        # thread was preempted (a thread that is preempted while it holds the GIL looks the same,
        # but does not queue for longer than `PREEMPTED_FOR`).
        queued = now.preempted > previous.preempted and unobserved < PREEMPTED_FOR
        burned = now.process_cpu - previous.process_cpu
        queued = queued or now.stops > previous.stops
        return now if queued or burned * IDLE_SHARE_UNOBSERVED >= unobserved else previous

    def slept(self, start: ClockSample, end: ClockSample) -> int:
        """All of the real time that the process has not burned, if it was idle; else 0."""
        real, burned = end.now - start.now, end.process_cpu - start.process_cpu
        return real - burned if burned * IDLE_SHARE < real else 0

    def is_final(self, _: ClockSample, __: ClockSample) -> bool:
        """Always: nothing is known better later."""
        return True

    def close(self) -> None:
        """Nothing to do."""


_NOTHING = ThreadState(0, 0, 0)


class _Moment:
    """What the kernel says of all threads, read in one go."""

    def __init__(self, states: dict[int, ThreadState]) -> None:
        self.now, self.process_cpu = real_ns(), time.process_time_ns()
        self.states = states
        self.ran = sum(state.ran for state in states.values())
        self.queued = sum(state.queued for state in states.values())
        self.ready = {number for number, state in states.items() if not state.waits}


class SchedstatSleepMeter:
    """The exact meter. Making one raises `OSError` where the kernel does not tell."""

    limit = 30_000_000
    adds_up = True

    def __init__(self) -> None:
        self._threads = Threads()
        # Where a program writes to now: pytest, for one, captures that in files.
        self._outputs = set(OUTPUT_DESCRIPTORS)
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):  # None, in memory, closed, or somebody's own class
                self._outputs.add(stream.fileno())
        self._stops = Stops(4 * PAUSE)
        self._moment: _Moment | None = None

    def refresh(self) -> None:
        """Find out which threads there are, and whether they were stopped.

        Raises `OSError` if that cannot be read.
        """
        self._moment = None
        self._threads.refresh()
        sampler = self._threads.state(threading.get_native_id())
        self._stops.look(sampler.timeslices, sampler.queued)

    def sample(self, thread: int) -> ClockSample:
        """The state of this thread, and what all the others have done."""
        # All threads are read once a round, or a hundred loops would be read a hundred times.
        if self._moment is None:
            self._moment = _Moment(self._threads.states())
        moment, native = self._moment, _native_number(thread)
        if (state := moment.states.get(native)) is None:
            with suppress(OSError):  # it is new, or has ended
                state = self._threads.state(native)
        own = moment.states.get(native, _NOTHING)
        return ClockSample(
            moment.now,
            moment.process_cpu,
            0,
            state,
            moment.ran - own.ran,
            moment.queued - own.queued,
            bool(moment.ready - {native, threading.get_native_id()}),
            stops=self._stops.count,
        )

    def count_from(
        self, _: ClockSample | None, previous: ClockSample, __: ClockSample
    ) -> ClockSample:
        """`previous`: the kernel counts, whether there are samples or not."""
        return previous

    def slept(self, start: ClockSample, end: ClockSample) -> int:
        """Real time minus what was run and queued, if that was sleep and not a wait for the GIL."""
        if start.state is None or end.state is None:
            return 0
        # A thread that waits even now, or has not run since it was seen waiting (whoever is stopped
        # or goes on gets a processor for a moment), would have waited without a stop as well.
        waits = end.state.waits and start.state.waits
        waited = waits and start.state.timeslices == end.state.timeslices
        if end.stops > start.stops and not end.surely_asleep and not waited:
            return 0
        if start.state.writes_to(self._outputs) or end.state.writes_to(self._outputs):
            return 0
        ran = end.state.ran - start.state.ran
        slept = end.now - start.now - ran - (end.state.queued - start.state.queued)
        # If it was seen in a system call that has nothing to do with the GIL, it slept. But the
        # host of a virtual machine may take away the processor without the guest's scheduler
        # knowing, and the time that is missing then looks like sleep. That happens to threads
        # that run, so a thread that ran for longer than it slept has not slept.
        if start.surely_asleep or end.surely_asleep:
            return slept if slept > ran else 0
        # Otherwise it was seen waiting for a futex, or running. It may have waited for the GIL, and
        # whoever had that was at work or wanted a processor: what all other threads ran and queued
        # is taken off. A thread that is ready now may have queued all the while, which the kernel
        # counts only when it runs: then nothing is known yet.
        if end.others_ready:
            return 0
        slept -= end.others_ran - start.others_ran + end.others_queued_since(start)
        return slept if slept > ran * IDLE_SHARE else 0

    def is_final(self, sample: ClockSample, later: ClockSample) -> bool:
        """Whether the kernel has counted the time for which the thread had queued at `sample`."""
        # A thread that was ready at the sample may have been queueing instead of sleeping before
        # it, and the kernel adds that to its count only when it gets a processor. So it must have
        # got one since, or be seen waiting.
        if sample.state is None or later.state is None:
            return True
        return later.state.waits or later.state.timeslices > sample.state.timeslices

    def close(self) -> None:
        """Close all files; never raises."""
        self._threads.close()


def open_meter(*, portable: bool) -> SleepMeter:
    """The best meter of this machine, or the portable one if that is asked for."""
    if not portable:
        with suppress(OSError):
            return SchedstatSleepMeter()
    return ProcessSleepMeter()


def _native_number(thread: int) -> int:
    """The kernel's number of a thread of Python; -1 if it is not known."""
    if thread == threading.main_thread().ident:
        return os.getpid()
    found = threading._active.get(thread)  # type: ignore[attr-defined]
    return found.native_id if found else -1
