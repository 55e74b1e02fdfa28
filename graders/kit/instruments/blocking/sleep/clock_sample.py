"""What all clocks say of a thread at one time."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import dataclass, replace

from graders.kit.instruments.blocking.steps import Step
from graders.kit.shared.kernel import ThreadState


@dataclass(frozen=True)
class ClockSample:
    """What all clocks say of a loop's thread at one time. Times in nanoseconds."""

    now: int
    """By `real_ns`."""
    process_cpu: int
    """Processor time of the whole process, without that of the watchdog where it is known."""
    watchdog_cpu: int = 0
    """Processor time of the watchdog's thread."""
    state: ThreadState | None = None
    """What the kernel says of the thread; None where it does not tell."""
    others_ran: int = 0
    """Time on a processor of all other threads, the watchdog included: it needs the GIL too."""
    others_queued: int = 0
    """Time in the queue for a processor of all other threads."""
    others_ready: bool = False
    """Whether another thread runs or wants to run. The time for which it queues is counted by the
    kernel only when it runs again."""
    preempted: int = 0
    """How often a thread of this process was taken off its processor."""
    stops: int = 0
    """How often the process was seen to have stood still, see `meter.Stops`."""

    @property
    def surely_asleep(self) -> bool:
        """Whether it waits in the kernel for something that is certainly not the GIL."""
        return self.state is not None and self.state.waits and self.state.call != "futex"

    def at_start_of(self, step: Step) -> ClockSample:
        """What this sample would have been at the start of a step, when nobody took one."""
        sample = replace(
            self, now=step.started, process_cpu=step.reading.process - self.watchdog_cpu
        )
        if self.state is None:
            return sample
        return replace(sample, state=replace(self.state, ran=step.reading.thread, call=""))

    def with_others_of(self, earlier: ClockSample) -> ClockSample:
        """This sample of the thread, with the earlier sample of all other threads."""
        return replace(self, others_ran=earlier.others_ran, others_queued=earlier.others_queued)

    def without_wait(self) -> ClockSample:
        """This sample, without what the thread waits for."""
        return replace(self, state=replace(self.state, call="")) if self.state else self

    def burned_since(self, earlier: ClockSample) -> int:
        """Nanoseconds of processor time since then: the thread's own, or else the process's."""
        if self.state and earlier.state:
            return self.state.ran - earlier.state.ran
        return self.process_cpu - earlier.process_cpu

    def others_queued_since(self, earlier: ClockSample) -> int:
        """Nanoseconds for which other threads wanted a processor and had none since then."""
        return self.others_queued - earlier.others_queued


NOTHING = ClockSample(0, 0, 0, ThreadState(0, 0, 0))
"""Before the first sample."""


def family_of_wait(start: ClockSample, end: ClockSample) -> str:
    """The family of the system call that the thread waited in; empty if that is not certain."""
    for sample in (end, start):
        state = sample.state
        if state is None or not sample.surely_asleep:
            continue
        if state.family == "file":
            if state.call == "read" and state.argument == 0:
                return "input"
            with suppress(OSError, OverflowError):
                if stat.S_ISSOCK(os.fstat(state.argument).st_mode):
                    return "socket"
        return state.family
    # A futex is a lock unless it is the GIL. A thread that waits for the GIL wakes up every 5 ms to
    # ask for it again, so one that never ran in between waited for something else.
    if start.state is None or end.state is None or not start.state.waits:
        return ""
    return end.state.family if start.state.timeslices == end.state.timeslices else ""
