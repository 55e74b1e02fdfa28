"""Tells on which watched line a step burns its processor time.

A timer of the process's own processor time interrupts the main thread a hundred
times per second burnt, be the machine busy or not. A thread that looks from
outside could not do it: it gets its turn late on a busy machine, and never
while an operation in C holds the interpreter. Such an operation is interrupted when it is
over, and all its time is put down to the line where Python pauses next: see `Checkpoints`.

Without such a timer (Windows, a loop on another thread) the `Lookout` samples.
"""

from __future__ import annotations

import signal
import threading
import time
from contextlib import suppress
from threading import get_ident
from types import FrameType
from typing import Any

from graders.kit.instruments.source import Source
from graders.kit.instruments.watch.checkpoints import Checkpoints
from graders.kit.instruments.watch.standing import burning, endpoint, is_over, stack_at, turn
from graders.kit.instruments.watch.steps import Steps

INTERVAL = 0.01
"""Seconds of processor time between two looks."""


class Sampler:
    """Puts the time of every step on the main thread down to lines: `Step.samples`."""

    def __init__(self, source: Source, checkpoints: Checkpoints, steps: Steps) -> None:
        self._source = source
        self._checkpoints = checkpoints
        self._steps = steps
        self._before: Any = None

    def start(self) -> None:
        """From now on, unless there is no such timer (Windows), or a signal would not come here."""
        if hasattr(signal, "ITIMER_PROF") and _on_main_thread():
            self._steps.timed = get_ident()
            self._before = signal.signal(signal.SIGPROF, self._look)
            signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)

    def stop(self) -> None:
        if self._before is not None:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, self._before)
            self._before = None

    def _look(self, _: int, frame: FrameType | None) -> None:
        step = self._steps.current.get(get_ident())
        if step is None or self._steps.free.entered(get_ident()):
            return
        with suppress(Exception):  # whatever it meets, the program under watch goes on
            stack = self._checkpoints.behind(turn(stack_at(frame)), self._checkpoints.reached())
            if is_over(stack):
                return
            line = endpoint(self._source, frame) or burning(self._source, stack)
            step.charge(line, time.thread_time_ns() - step.began - step.excused)


def _on_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
