"""The watchdog: a thread that samples running steps, and finds those that are asleep.

It needs no table of calls. A driver that nobody knows, a name that was bound before the detector
was entered, code in C: all are found because the thread of the loop sleeps inside a step.

How a sleep is found, from the sample to the finding:

1. Every `INTERVAL` a round (`_round`) samples the stack and the clocks of each thread that is in a
   step, with the GIL held throughout, so that Python and the kernel are asked about the same
   moment.
2. `_observe` decides whether sleep would count there at all: not between two steps, where a loop
   may wait, and not while an exemption is entered.
3. `SleepCounter.count` compares with the sample before. If the thread was in the same step then,
   the time between the two is put down to the place where it is now, or where it was, or divided
   among them.
4. The sleep meter says how much of that time was sleep (`SleepMeter.slept`).
5. `SleepCounter._credit` adds it up by place, and reports the place when there is more than the
   meter's limit.
"""

from __future__ import annotations

import _thread
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from threading import get_ident
from typing import Any

from graders.kit.instruments.blocking.attribution import Attribution
from graders.kit.instruments.blocking.cpu.checkpoints import Checkpoints
from graders.kit.instruments.blocking.findings import PendingFinding
from graders.kit.instruments.blocking.sleep.clock_sample import NOTHING, ClockSample
from graders.kit.instruments.blocking.sleep.counting import OnSleep, SleepCounter
from graders.kit.instruments.blocking.sleep.meter import SleepMeter, open_meter
from graders.kit.instruments.blocking.sleep.observation import Observation, StackSample
from graders.kit.instruments.blocking.stacks import (
    callback_is_over,
    cpu_line,
    endpoint_line,
    may_serve_endpoint,
    stack_of_thread,
    within_iteration,
)
from graders.kit.instruments.blocking.steps import ActiveSteps, Step, real_ns
from graders.kit.instruments.frames import current_frames

INTERVAL = 0.005
"""Real seconds between two rounds."""

GIL_LOST = 10_000_000
"""Nanoseconds between two instructions of a round after which the watchdog must have been without
the GIL in between."""


class Watchdog:
    """Samples the thread of every loop each `INTERVAL`, on a thread of its own.

    `portable` does without what only the kernel of Linux can tell.
    """

    def __init__(
        self,
        attribution: Attribution,
        checkpoints: Checkpoints,
        steps: ActiveSteps,
        on_sleep: OnSleep,
        *,
        portable: bool,
    ) -> None:
        self._attribution = attribution
        self._checkpoints = checkpoints
        self._steps = steps
        self._counter = SleepCounter(on_sleep)
        self._portable = portable
        self._latest: dict[int, Observation] = {}
        self._at_start = NOTHING
        self._round_lock = _thread.allocate_lock()
        self._running: tuple[Any, Any] | None = None

    # --- the thread ----------------------------------------------------------------------

    def start(self) -> None:
        """Start the thread, and return when it is ready to take its first sample."""
        # Not a `threading.Thread`: programs count those, and a virtual clock waits for them.
        stop, ended, begun = (_thread.allocate_lock() for _ in range(3))
        for lock in (stop, ended, begun):
            lock.acquire()
        self._running = stop, ended
        meter = open_meter(portable=self._portable)
        # This sample is taken by a thread that is not the watchdog, so what it says of the
        # watchdog's processor time is the caller's, which belongs to the process.
        sample = meter.sample(get_ident())
        self._at_start = replace(
            sample, process_cpu=sample.process_cpu + sample.watchdog_cpu, watchdog_cpu=0
        )
        _thread.start_new_thread(self._run, (meter, begun, stop, ended))
        begun.acquire(timeout=5)  # otherwise the first step may be over before the first round

    def stop(self) -> None:
        """Stop the thread, and return when it has ended. Does nothing if it was not started."""
        if self._running is not None:
            stop, ended = self._running
            self._running = None
            stop.release()
            ended.acquire(timeout=5)  # a forked child has no such thread, and would wait forever

    def wait_for_round(self, thread: int) -> None:
        """Called when a step of this thread has ended: wait for a round that may be going on.

        A thread without a processor timer has its processor time charged to lines by the rounds,
        so the current one must be complete before anything is decided about the step.
        """
        if thread != self._steps.timed_thread and self._round_lock.acquire(timeout=1):
            self._round_lock.release()

    def around_fork(self, fork: Callable[[], int]) -> Callable[[], int]:
        """A replacement of `os.fork` for as long as the detector is entered.

        A program that forks must find itself without our thread. Python warns when a process with
        more than one thread forks (from 3.12 on, and warnings may be errors), and it is right: the
        child gets a copy of all locks, some of them held by threads that it does not have. Our
        thread could hold the lock of a round, or the allocator's. So it is stopped before and
        started again after the fork, in the parent only: `os.fork` is mostly followed by an `exec`
        or by a process that has nothing to do with the watched loop.
        """

        def forked() -> int:
            running = self._running is not None
            self.stop()
            pid = fork()
            if running and pid:
                self.start()
            return pid

        return forked

    def _run(self, meter: SleepMeter, begun: Any, stop: Any, ended: Any) -> None:
        if hasattr(signal, "pthread_sigmask"):
            # The kernel delivers a signal to any thread that does not block it. One that the
            # program blocks in its own thread must stay pending for it, and not get in through
            # ours. The exceptions are set off by processor time, also by our own: they would
            # interrupt a system call of the program if we did not take them.
            ours = {signal.SIGPROF, signal.SIGVTALRM, signal.SIGXCPU}
            signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals() - ours)
        with suppress(OSError):
            meter.refresh()
        begun.release()
        try:
            while not stop.acquire(timeout=INTERVAL):
                # The watched program must go on, whatever happens in a round.
                with suppress(Exception), self._round_lock:
                    self._round(meter)
            with suppress(OSError):
                meter.refresh()
            for thread in self._counter.postponed_threads():
                self._counter.credit_postponed(meter, thread, meter.sample(thread).without_wait())
        finally:
            meter.close()
            self._latest.clear()
            ended.release()

    # --- a round ---------------------------------------------------------------------------

    def _round(self, meter: SleepMeter, *, again: bool = True) -> None:
        """Sample every thread that is in a step.

        Python and the kernel must be asked about the same moment: if the stack says "in `execute`"
        and the kernel, a little later, "asleep", the thread may have left `execute` and be waiting
        in the loop's selector. Python switches threads when the GIL is released, so a sample holds
        the GIL from the stack to the last clock. `stack_of_thread` takes a stack within one
        instruction, the files of the kernel are read without releasing the GIL (`kernel.ProcFile`).
        Only `refresh` may release it, when there are new threads; hence it comes after the stacks.
        If the step has ended meanwhile, that is noticed below.

        CPython takes the GIL away from a thread after 5 ms if another one asks for it. That happens
        seldom in a round, which takes much less.
        """
        steps = [*self._steps.current.items()]
        samples: dict[int, tuple[StackSample, PendingFinding | None]] = {}
        for thread, step in steps:
            stack, (last_lines, call) = stack_of_thread(
                thread, self._checkpoints.last_lines, partial(getattr, step, "call")
            )
            stack = self._checkpoints.before_pause(within_iteration(stack), last_lines)
            if stack:
                sampled = StackSample.of(self._attribution, stack)
                samples[thread] = sampled, call
        meter.refresh()
        sampled_at = real_ns()
        for thread, step in steps:
            sample = meter.sample(thread)
            untimed = self._steps.current.keys() - {self._steps.timed_thread}
            if again and untimed and real_ns() - sampled_at > GIL_LOST:
                # We lost the GIL, to a thread that held it for long, and has only just released it.
                # For a loop without a processor timer this is the one chance to see where it did
                # that, because it is still there: the samples of before are of no use.
                self._round(meter, again=False)
                return
            ended = self._steps.current.get(thread) is not step
            if ended:
                # What the thread waits for now belongs to another step.
                sample = sample.without_wait()
            self._counter.credit_postponed(meter, thread, sample)
            where, call = samples.get(thread) or (None, None)
            surplus = sample.now - sampled_at if ended else 0
            self._observe(meter, thread, step, sample, where, call, surplus)

    def _observe(
        self,
        meter: SleepMeter,
        thread: int,
        step: Step,
        sample: ClockSample,
        where: StackSample | None,
        call: PendingFinding | None,
        surplus: int,
    ) -> None:
        """Take note of a sample: count sleep up to it, and charge processor time.

        `surplus` nanoseconds before the sample are not the step's, which had ended by then.
        """
        before = self._latest.get(thread) or Observation.idle(thread, self._at_start)
        if where is None or (step.handle is None and (where.line is None or where.is_own_selector)):
            # Between two steps a loop may wait, unless watched code makes it wait there (a signal
            # handler, a destructor).
            self._latest[thread] = Observation.idle(thread, sample)
            return
        exempt = self._steps.exempt.is_entered(thread)
        now = self._latest[thread] = Observation(
            thread, step, step.exemptions, None if exempt else where, sample, sample, call
        )
        # The sample before may be older than the step. What the thread's clocks said when the step
        # began is known from the accounting.
        inside = before.last.now >= step.started
        previous = before.last if inside else before.last.at_start_of(step)
        if thread != self._steps.timed_thread and not callback_is_over(where.stack):
            # No timer interrupts this thread, so it is sampled for its processor time here.
            line, source = None, self._attribution.source
            if may_serve_endpoint(source, where.stack):
                line = endpoint_line(source, current_frames().get(thread))
            line = line or cpu_line(source, where.stack)
            burned = sample.burned_since(before.last.at_start_of(step))
            step.charge(line, burned - step.exempt_cpu)
        # An exemption that was entered and left since the sample before may have slept: in that
        # case nothing is known of the time in between.
        if now.exemptions == (before.exemptions if inside else 0):
            self._counter.count(meter, before, previous, now, surplus)
