"""How long was a thread asleep between two looks? Not what a stopwatch says.

On Linux the kernel knows (`graders.kit.shared.kernel`): real time, less the time on a
processor, less the time in the queue for one. Waiting for Python's interpreter lock looks
like sleep as well; where it may have been that, what all other threads ran and queued is
taken off, for one of them had the lock. Elsewhere a standstill counts: the thread
stands at one instruction while the whole process burns next to nothing.
"""

from __future__ import annotations

import os
import stat
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace

from graders.kit.instruments.watch.step import Step, real_ns
from graders.kit.instruments.watch.threads import Threads
from graders.kit.shared.kernel import Moment

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

AWAY = 25_000_000
"""Nanoseconds without a look: the machine is busy, or somebody holds the interpreter."""

STILL = 20
"""A process that burns less than one part in so many of real time stands still. One that only
queues for a processor gets more than that, unless a machine is hopelessly busy."""

DEAD = 100
"""The same where nobody could look meanwhile: a call that sleeps and keeps the interpreter."""

PREEMPTED = 120_000_000
"""Nanoseconds unseen that are sleep though a thread has been taken off its processor meanwhile:
on a busy machine that one may have kept the interpreter, and queued for as long as this."""

PRINTS = (1, 2)
"""Whoever reads what a program prints may be slow: that is not the program's affair."""


@dataclass(frozen=True)
class Sight:
    """What is known of a loop's thread at one moment. Times in nanoseconds."""

    now: int
    process: int
    """Processor time of the whole process, but for the thread that looks."""
    looks: int = 0
    """Processor time of the thread that looks."""
    moment: Moment | None = None
    others_ran: int = 0
    others_queued: int = 0
    """Of the process's other threads, the one that looks included: it needs the interpreter too."""
    others_ready: bool = False
    """Does one of them run, or want to? For how long it has queued is told when it runs."""
    preempted: int = 0
    """How often a thread of the process was taken off its processor."""

    @property
    def certain(self) -> bool:
        """Does it wait in the kernel, and surely not for the interpreter?"""
        return self.moment is not None and self.moment.waits and self.moment.call != "futex"

    def at_start(self, step: Step) -> Sight:
        """This sight, moved on to where a step began: nobody looked just then."""
        moved = replace(self, now=step.started, process=step.process - self.looks)
        if self.moment is None:
            return moved
        return replace(moved, moment=replace(self.moment, ran=step.began, call=""))

    def with_others_of(self, earlier: Sight) -> Sight:
        """This sight of the thread, and the earlier one of all others."""
        return replace(self, others_ran=earlier.others_ran, others_queued=earlier.others_queued)

    def moved_on(self) -> Sight:
        """This sight, without what the thread waits for: that is another step's affair."""
        return replace(self, moment=replace(self.moment, call="")) if self.moment else self

    def burnt(self, earlier: Sight) -> int:
        """The processor time since then: the thread's own, or as near as can be."""
        if self.moment and earlier.moment:
            return self.moment.ran - earlier.moment.ran
        return self.process - earlier.process


class Standstill:
    """The portable measure."""

    limit = 60_000_000
    """Nanoseconds asleep at one place in one step that are called blocking."""

    adds_up = False
    """A busy machine has many short standstills: only a long one is sleep."""

    def refresh(self) -> None:
        pass

    def see(self, _: int) -> Sight:
        looks = time.thread_time_ns()
        preempted = resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw if resource else 0
        return Sight(real_ns(), time.process_time_ns() - looks, looks, preempted=preempted)

    def since(self, stood: Sight | None, earlier: Sight, now: Sight) -> Sight:
        """From where on to count: where the thread has `stood` all the while, or else from now
        on. Who is away sees nothing, unless that was because all stood still."""
        unseen = now.now - earlier.now
        if unseen <= AWAY:
            return stood or now
        queued = now.preempted > earlier.preempted and unseen < PREEMPTED
        return now if queued or (now.process - earlier.process) * DEAD >= unseen else earlier

    def asleep(self, start: Sight, end: Sight) -> int:
        real, burnt = end.now - start.now, end.process - start.process
        return real - burnt if burnt * STILL < real else 0

    def settled(self, _: Sight, __: Sight) -> bool:
        return True

    def close(self) -> None:
        pass


class Kernel:
    """The exact measure; `OSError` where there is none."""

    limit = 30_000_000
    adds_up = True

    def __init__(self) -> None:
        self._threads = Threads()

    def refresh(self) -> None:
        self._threads.refresh()

    def see(self, thread: int) -> Sight:
        native = _native(thread)
        moment = None
        with suppress(OSError):
            moment = self._threads.look(native)
        return Sight(real_ns(), time.process_time_ns(), 0, moment, *self._others(native))

    def since(self, _: Sight | None, earlier: Sight, __: Sight) -> Sight:
        return earlier

    def asleep(self, start: Sight, end: Sight) -> int:
        if start.moment is None or end.moment is None:
            return 0
        if start.moment.writes_to(PRINTS) or end.moment.writes_to(PRINTS):
            return 0
        real = end.now - start.now
        ran = end.moment.ran - start.moment.ran
        slept = real - ran - (end.moment.queued - start.moment.queued)
        # What a host takes from a virtual machine looks like sleep; it takes from those who run.
        if start.certain or end.certain:
            return slept if slept > ran else 0
        # A lock, Python's own or another: whoever has it is at work, or wants a processor.
        if end.others_ready:
            return 0
        slept -= end.others_ran - start.others_ran + queued(start, end)
        return slept if slept > ran * STILL else 0

    def settled(self, sight: Sight, later: Sight) -> bool:
        """Is it known by now for how long the thread had queued at that sight?"""
        if sight.moment is None or later.moment is None:
            return True
        return later.moment.waits or later.moment.turns > sight.moment.turns

    def _others(self, native: int) -> tuple[int, int, bool]:
        others, own = self._threads.others(native), threading.get_native_id()
        ready = any(not moment.waits for number, moment in others if number != own)
        return sum(m.ran for _, m in others), sum(m.queued for _, m in others), ready

    def close(self) -> None:
        self._threads.close()


Rest = Standstill | Kernel


def family(start: Sight, end: Sight) -> str:
    """What the thread waited for, if the kernel tells for sure: Python's own lock is no reason."""
    for sight in (end, start):
        if sight.moment is not None and sight.certain:
            return _of_descriptor(sight.moment)
    if start.moment and end.moment and _one_wait(start.moment, end.moment):
        return end.moment.family
    return ""


def _of_descriptor(moment: Moment) -> str:
    if moment.family == "file":
        if moment.call == "read" and moment.argument == 0:
            return "input"
        with suppress(OSError, OverflowError):
            if stat.S_ISSOCK(os.fstat(moment.argument).st_mode):
                return "socket"
    return moment.family


def _one_wait(start: Moment, end: Moment) -> bool:
    """Did the thread never run? Waiting for the interpreter, it would have, every 5 ms."""
    return start.waits and start.turns == end.turns


def queued(start: Sight, end: Sight) -> int:
    """For how long the process's other threads wanted a processor and had none."""
    return end.others_queued - start.others_queued


def nothing() -> Sight:
    """Before the first look."""
    return Sight(0, 0, 0, Moment(0, 0, 0))


def best(*, portable: bool) -> Rest:
    """The kernel's word where it is to be had."""
    if not portable:
        with suppress(OSError):
            return Kernel()
    return Standstill()


def _native(thread: int) -> int:
    if thread == threading.main_thread().ident:
        return os.getpid()
    found = threading._active.get(thread)  # type: ignore[attr-defined]
    return found.native_id if found else -1
