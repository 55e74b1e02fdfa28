"""Finds the watched line on which a step burns its processor time.

A timer of the process's own processor time interrupts the main thread a hundred times for each
second burned, however busy the machine is. A thread that samples from outside could not replace it:
on a busy machine it runs late, and while an operation in C holds the GIL it does not run at all. A
signal that arrives during such an operation is handled when the operation is over, and all of its
time is charged to the line where Python handles it: see `checkpoints` for how that becomes the
right line.

Without such a timer (Windows, a loop off the main thread) the `Watchdog` samples.
"""

from __future__ import annotations

import signal
import threading
import time
from contextlib import suppress
from threading import get_ident
from types import FrameType
from typing import Any

from graders.kit.instruments.blocking.cpu.checkpoints import Checkpoints
from graders.kit.instruments.blocking.stacks import (
    callback_is_over,
    cpu_line,
    endpoint_line,
    stack_of_frame,
    within_iteration,
)
from graders.kit.instruments.blocking.steps import ActiveSteps
from graders.kit.instruments.source import Source

INTERVAL = 0.01
"""Seconds of processor time between two samples."""


def _too_late(_: int, __: FrameType | None) -> None:
    """Handles a signal of a timer that has been stopped."""


class Sampler:
    """Charges the processor time of each step on the main thread to lines (`Step.charge`)."""

    def __init__(self, source: Source, checkpoints: Checkpoints, steps: ActiveSteps) -> None:
        self._source = source
        self._checkpoints = checkpoints
        self._steps = steps
        self._previous_handler: Any = None

    def start(self) -> None:
        """Start the timer, if there is one and its signal is handled on this thread."""
        on_main_thread = threading.current_thread() is threading.main_thread()
        if hasattr(signal, "ITIMER_PROF") and on_main_thread:
            self._steps.timed_thread = get_ident()
            self._previous_handler = signal.signal(signal.SIGPROF, self._sample)
            signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)

    def stop(self) -> None:
        """Stop the timer, and put the handler back that was there before.

        The default is not put back: it ends the process, and a last signal may be on its way still,
        to another thread that gets no processor just now. One that comes late does nothing.
        """
        if self._previous_handler is not None:
            signal.setitimer(signal.ITIMER_PROF, 0)
            was_default = self._previous_handler is signal.SIG_DFL
            signal.signal(signal.SIGPROF, _too_late if was_default else self._previous_handler)
            self._previous_handler = None

    def _sample(self, _: int, frame: FrameType | None) -> None:
        step = self._steps.current.get(get_ident())
        if step is None or self._steps.exempt.is_entered(get_ident()):
            return
        with suppress(Exception):  # the watched program must go on, whatever happens here
            stack = within_iteration(stack_of_frame(frame))
            stack = self._checkpoints.before_pause(stack, self._checkpoints.last_lines())
            if callback_is_over(stack):
                return
            line = endpoint_line(self._source, frame) or cpu_line(self._source, stack)
            step.charge(line, time.thread_time_ns() - step.reading.thread - step.exempt_cpu)
