"""Tells on which watched line a step burns its processor time.

A timer of the process's own processor time interrupts the main thread a hundred
times per second burnt, be the machine busy or not. A thread that looks from
outside could not do it: it gets its turn late on a busy machine, and never
while a call into C holds the interpreter. Such a call is interrupted when it comes
back, in the line that made it, and all its time is put down to that line.

Without such a timer (Windows, a loop on another thread) nothing is sampled.
"""

from __future__ import annotations

import signal
import threading
import time
from contextlib import suppress
from threading import get_ident
from types import CodeType, FrameType
from typing import Any

from graders.kit.instruments.source import Line, Source
from graders.kit.instruments.watch.blame import defined
from graders.kit.instruments.watch.steps import Steps

INTERVAL = 0.01
"""Seconds of processor time between two looks."""


class Sampler:
    """Puts the time of every step on the main thread down to lines: `Step.samples`."""

    def __init__(self, source: Source, steps: Steps) -> None:
        self._source = source
        self._steps = steps
        self._before: Any = None

    def start(self) -> None:
        if hasattr(signal, "ITIMER_PROF") and _on_main_thread():
            self._before = signal.signal(signal.SIGPROF, self._look)
            signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)

    def stop(self) -> None:
        if self._before is not None:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, self._before)
            self._before = None

    def _look(self, _: int, frame: FrameType | None) -> None:
        step = self._steps.current.get(get_ident())
        if step is None or self._steps.free.entered:
            return
        with suppress(Exception):  # whatever it meets, the program under watch goes on
            line = burning(self._source, frame)
            spent = time.thread_time_ns() - step.began - step.excused
            step.samples[line] = step.samples.get(line, 0) + spent - step.sampled
            step.sampled = spent


def _on_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def burning(source: Source, frame: FrameType | None) -> Line | None:
    """The watched line that is running, or the watched endpoint whose answer is being made."""
    while frame is not None:
        if source.owns(frame.f_code.co_filename):
            return source.frame(frame)
        if "scope" in frame.f_code.co_varnames:
            code = _endpoint(frame.f_locals.get("scope"))
            if code is not None and source.owns(code.co_filename):
                return defined(source, code)
        frame = frame.f_back
    return None


def _endpoint(scope: Any) -> CodeType | None:
    # The framework names it in the ASGI scope, for whoever works on the request.
    found = scope.get("endpoint") if isinstance(scope, dict) else None
    return getattr(found, "__code__", None)
