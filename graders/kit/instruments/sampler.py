"""Names the line of a long step. It only ever names: no verdict rests on when it looks."""

from __future__ import annotations

import _thread
import sys
import time
from types import FrameType

from graders.kit.instruments.blame import defined
from graders.kit.instruments.source import Line, Source
from graders.kit.instruments.steps import Step, Steps

INTERVAL = 0.01


class Sampler:
    """A thread of its own that looks at every step under way, a hundred times a second."""

    def __init__(self, source: Source, steps: Steps) -> None:
        self._source = source
        self._steps = steps
        self._stop = _thread.allocate_lock()
        self._ended = _thread.allocate_lock()

    def start(self) -> None:
        # A bare thread: it is no part of the program under watch, and counts as none.
        self._stop.acquire()
        self._ended.acquire()
        _thread.start_new_thread(self._run, ())

    def stop(self) -> None:
        self._stop.release()
        self._ended.acquire(timeout=5)

    def _run(self) -> None:
        # Waiting for a lock is real time, whatever clock the program lives on.
        while not self._stop.acquire(timeout=INTERVAL):
            try:
                self._look()
            except Exception:  # a frame that changes while it is read: the next look will do
                continue
        self._ended.release()

    def _look(self) -> None:
        steps = list(self._steps.current.items())
        if not steps:
            return
        frames = sys._current_frames()
        for thread, step in steps:
            spent = self._since(step)
            if spent > 0 and not self._steps.free.inside(thread):
                line = self._source.frame(frames.get(thread)) or endpoint(
                    self._source, frames.get(thread)
                )
                step.samples[line] = step.samples.get(line, 0) + spent

    def _since(self, step: Step) -> int:
        if step.clock is None:
            return round(INTERVAL * 1e9)
        now = time.clock_gettime_ns(step.clock)
        spent, step.sampled = now - step.sampled, now
        return spent


def endpoint(source: Source, frame: FrameType | None) -> Line | None:
    """The watched function a framework is busy for, as an ASGI scope names it."""
    while frame is not None:
        if "scope" in frame.f_code.co_varnames:
            scope = frame.f_locals.get("scope")
            code = (
                getattr(scope.get("endpoint"), "__code__", None)
                if isinstance(scope, dict)
                else None
            )
            if code is not None and source.owns(code.co_filename):
                return defined(source, code)
        frame = frame.f_back
    return None
