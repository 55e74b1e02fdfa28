"""The steps of event loops that run now, and what the signals have observed of each."""

from __future__ import annotations

import asyncio
from threading import get_ident
from time import thread_time_ns
from types import TracebackType
from typing import Any, NamedTuple

from graders.kit.instruments.clock.time_dispatch import TimeDispatch
from graders.kit.shared.record import Line

real_ns = TimeDispatch.of_process().real.perf_counter_ns
"""Returns real time in nanoseconds, whatever virtual clock the calling thread lives by."""


class CpuReading(NamedTuple):
    """What the clocks of a thread said at one time, in nanoseconds."""

    now: int
    """By `real_ns`."""
    process: int
    """Processor time of the whole process."""
    thread: int
    """Processor time of the thread."""


class Observations:
    """What the three signals have observed of one step."""

    def __init__(self) -> None:
        self.cpu: dict[Line | None, int] = {}
        """Nanoseconds of processor time by watched line; None for what other code burned."""
        self.cpu_total = 0
        """Nanoseconds of processor time that `cpu` accounts for."""
        self.slept: dict[object, int] = {}
        """Nanoseconds asleep, by where in the code and in which call."""
        self.short_waits: dict[Line, tuple[float, float]] = {}
        """By line: the seconds that short waits asked for, and those that they took."""
        self.findings: dict[object, Any] = {}
        """By call and line, each `findings.PendingFinding` of this step, so that repeated calls
        become one. (Not typed as such: findings are built on steps.)"""


class Step:
    """One run of a task or a callback by a loop, from one `await` to the next.

    What a loop does between two of them (signal handlers, destructors) is a step too: one
    without a `handle`. All times are in nanoseconds.
    """

    # On the class, because most steps end without changing any of them: see `observed`.
    exempt_cpu = 0
    """Processor time that does not count against this step."""
    exemptions = 0
    """How often something was exempt in it that may have slept."""
    call: Any = None
    """The `findings.PendingFinding` of the intercepted minor call that the thread is in right now;
    None if it is in none."""

    def __init__(
        self, handle: asyncio.Handle | None, number: int, started: int, reading: CpuReading
    ) -> None:
        self.handle = handle
        self.number = number
        """Steps with a handle are numbered from 1."""
        self.started = started
        """When it began, by `real_ns`."""
        self.reading = reading
        """What the clocks said then, or a little earlier: see `cpu.accounting`."""

    @property
    def observed(self) -> Observations:
        """What has been observed of it so far."""
        # Most steps are over before anything is observed, so this object is made when it is first
        # needed: twenty thousand empty ones a second are a cost that can be measured. The thread
        # of the loop, a signal handler that interrupts it, and the watchdog may all be the first
        # to need it, at the same time. A lock would deadlock in the signal handler; `setdefault`
        # of a dictionary is one call into C, so exactly one of them succeeds.
        attributes = vars(self)
        found: Observations | None = attributes.get("_observed")
        if found is None:
            found = attributes.setdefault("_observed", Observations())
        return found

    def charge(self, line: Line | None, burned: int) -> None:
        """Attribute to `line` what is new of the processor time that the step has `burned` so far.

        `burned` is in nanoseconds, without exempt time.
        """
        observed = self.observed
        if burned > observed.cpu_total:
            observed.cpu[line] = observed.cpu.get(line, 0) + burned - observed.cpu_total
            observed.cpu_total = burned

    def held_up(self) -> int | None:
        """How many other callbacks and tasks are ready and wait for this step to end.

        None where that is not known: a loop that is not asyncio's own, or that changed meanwhile.
        """
        loop: Any = getattr(self.handle, "_loop", None)
        try:
            now = loop.time()
            due = [t for t in [*loop._scheduled] if t._when <= now and not t._cancelled]
            return len(loop._ready) + len(due)
        except (AttributeError, TypeError, IndexError, RuntimeError):
            return None


class ActiveSteps:
    """The steps that run at this moment, one for each thread that runs a loop."""

    def __init__(self) -> None:
        self.current: dict[int, Step] = {}
        """By number of the thread."""
        self.exempt = Exemption(self.current)
        """A context manager: what the thread does in it counts against no step."""
        self.timed_thread: int | None = None
        """The thread that the processor timer interrupts (`cpu.sampler`), if there is a timer."""


class Exemption:
    """A context manager that exempts the thread's step from all signals while it is entered.

    It may be entered again inside itself; the outermost one counts for all.
    """

    def __init__(self, current: dict[int, Step]) -> None:
        self._current = current
        self._entered: dict[int, list[int]] = {}

    def is_entered(self, thread: int) -> bool:
        """Whether the thread with this number is inside."""
        return bool(self._entered.get(thread))

    def __enter__(self) -> None:
        self.enter()

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        step = self.leave()
        if step is not None:
            step.exemptions += 1

    def enter(self) -> None:
        """Begin an exemption on this thread; `leave` ends it."""
        self._entered.setdefault(get_ident(), []).append(thread_time_ns())

    def leave(self) -> Step | None:
        """End the innermost exemption of this thread.

        Returns the step that was exempt, or None while an outer exemption goes on, or if the
        thread runs no step.
        """
        thread = get_ident()
        entered = self._entered.get(thread)
        if not entered:
            return None
        began = entered.pop()
        if entered:
            return None
        # Between these lines a signal handler or a garbage collection may have entered and left on
        # this very thread, and have removed the entry itself.
        self._entered.pop(thread, None)
        step = self._current.get(thread)
        if step is not None:
            step.exempt_cpu += thread_time_ns() - began
        return step
