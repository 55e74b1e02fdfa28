"""Notes blocking calls made on the thread of a running loop, and lets them run as usual."""

from __future__ import annotations

import _thread
import asyncio
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from threading import get_ident
from types import FrameType
from typing import Any, TypeVar

from graders.kit.instruments.replacements import Replacements, stand_in
from graders.kit.instruments.source import Line
from graders.kit.instruments.watch.blame import Blame, outside
from graders.kit.instruments.watch.blocking_calls import TABLE, BlockingCall
from graders.kit.instruments.watch.notes import Notes
from graders.kit.instruments.watch.steps import Steps

Result = TypeVar("Result")

PATIENCE = 100
"""Milliseconds for which a wait that ends by itself is contention, not blocking."""


class Interception:
    """Stands in for every call of the table; `during` is what the stand-ins do."""

    def __init__(self, blame: Blame, notes: Notes, steps: Steps) -> None:
        self.blame = blame
        self._notes = notes
        self._steps = steps
        self._inside: set[int] = set()
        self._made: set[int] = set()
        self._scheduled: dict[int, Line] = {}

    def install(self, replacements: Replacements) -> None:
        replacements.replace(asyncio.events.Handle, "__init__", self._remembered)
        for call in TABLE:
            replacements.replace_path(call.module, call.path, self._maker(call))

    def _maker(self, call: BlockingCall) -> Callable[[Any], Any]:
        def make(original: Any) -> Any:
            def intercepted(*args: Any, **kwargs: Any) -> Any:
                if asyncio._get_running_loop() is None or get_ident() in self._inside:
                    return original(*args, **kwargs)
                return self.during(
                    call,
                    lambda: original(*args, **kwargs),
                    lambda: call.waits(*args, **kwargs),
                    sys._getframe(1),
                )

            made = stand_in(original, intercepted, binds="." in call.path)
            self._made.add(id(made))
            return made

        return make

    def during(
        self,
        call: BlockingCall,
        run: Callable[[], Result],
        waits: Callable[[], bool],
        frame: FrameType,
    ) -> Result:
        """Run a call; note it if it waits on a loop's thread and watched code asked for it.

        The outermost call answers for all that happens below it, so nothing
        is noted twice, and what it decides not to note stays unnoted.
        """
        thread = get_ident()
        if asyncio._get_running_loop() is None or thread in self._inside:
            return run()
        self._inside.add(thread)
        try:
            line = self.blame.line(frame, call.family) or self._planned(frame)
            if line is None or not _safely(waits):
                return run()
            began = time.monotonic()
            if call.settles and self._settles(waits, began):
                result = run()
                if time.monotonic() - began > PATIENCE / 1000:
                    self._notes.add(call, line, time.monotonic() - began, self._places())
                return result
            return self._noted(call, line, began, run)
        finally:
            self._inside.discard(thread)

    def _noted(
        self, call: BlockingCall, line: Line, began: float, run: Callable[[], Result]
    ) -> Result:
        note = self._notes.add(call, line, None, self._places())
        try:
            with self._steps.free:  # held against it once, not as processor time as well
                return run()
        finally:
            note.lasted(time.monotonic() - began)

    def _places(self) -> dict[object, Any]:
        step = self._steps.current.get(get_ident())
        return step.places if step else {}

    def _settles(self, waits: Callable[[], bool], began: float) -> bool:
        # Real time, counted in pauses: a virtual clock may stand still meanwhile.
        pause = _thread.allocate_lock()
        pause.acquire()
        for _ in range(PATIENCE):
            if time.monotonic() - began > PATIENCE / 1000:
                break
            pause.acquire(timeout=0.001)
            if not _safely(waits):
                return True
        return False

    def _remembered(self, init: Callable[..., None]) -> Callable[..., None]:
        """Who scheduled a bare blocking call, as in `call_later(1, time.sleep, 1)`?"""
        made, scheduled = self._made, self._scheduled

        def __init__(handle: Any, *args: Any, **kwargs: Any) -> None:
            init(handle, *args, **kwargs)
            callback = handle._callback
            if id(callback) in made or id(getattr(callback, "func", None)) in made:
                line = self.blame.scheduler(sys._getframe(1))
                if line is not None:
                    scheduled[id(handle)] = line

        return __init__

    def _planned(self, frame: FrameType) -> Line | None:
        caller = outside(frame)
        step = self._steps.current.get(get_ident())
        if step is None or caller is None or caller.f_code.co_name != "_run":
            return None
        return self._scheduled.pop(id(step.handle), None)


def _safely(waits: Callable[[], bool]) -> bool:
    # Odd arguments are the call's own business to refuse.
    with suppress(Exception):
        return waits()
    return True
