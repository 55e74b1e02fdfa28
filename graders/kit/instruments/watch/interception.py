"""Notes blocking calls made on the thread of a running loop, and lets them run as usual."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import get_ident
from types import FrameType
from typing import Any, TypeVar

from graders.kit.instruments.replacements import Replacements, stand_in
from graders.kit.instruments.watch import grey
from graders.kit.instruments.watch.blame import Blame, outside
from graders.kit.instruments.watch.blocking_calls import TABLE, BlockingCall
from graders.kit.instruments.watch.grey import Weight
from graders.kit.instruments.watch.notes import Notes
from graders.kit.instruments.watch.patience import MOMENT, Patience
from graders.kit.instruments.watch.step import Step, real_ns
from graders.kit.instruments.watch.steps import Excuse, Steps
from graders.kit.shared.record import Line

Result = TypeVar("Result")


class Interception:
    """Stands in for every call of the table; `during` is what the stand-ins do."""

    def __init__(self, blame: Blame, notes: Notes, steps: Steps, patience: Patience) -> None:
        self.blame = blame
        self._notes = notes
        self._steps = steps
        self._patience = patience
        self._inside: set[int] = set()
        self._made: set[int] = set()
        self._scheduled: dict[int, Line] = {}

    @property
    def excused(self) -> Excuse:
        """A context: what is done in it is nobody's mistake, whatever the other signals say."""
        return self._steps.free

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
                    *args,
                    **kwargs,
                )

            made = stand_in(original, intercepted, binds="." in call.path and not call.static)
            self._made.add(id(made))
            return made

        return make

    def during(
        self,
        call: BlockingCall,
        run: Callable[[], Result],
        waits: Callable[[], bool],
        frame: FrameType,
        *args: Any,
        **kwargs: Any,
    ) -> Result:
        """Run a call; note it if it waits on a loop's thread and watched code asked for it.

        The outermost call answers for all that happens below it, so nothing
        is noted twice, and what it decides not to note stays unnoted. `args` are what
        a grey call is weighed by.
        """
        thread = get_ident()
        if asyncio._get_running_loop() is None or thread in self._inside:
            return run()
        self._inside.add(thread)
        try:
            line = self.blame.line(frame, call.family) or self._planned(frame)
            if line is None or not _safely(waits):
                return run()
            if call.weight is not None:
                return self._weighed(call, line, run, call.weight, *args, **kwargs)
            if _safely(lambda: call.ready(*args, **kwargs)):
                return self._weighed(call, line, run, grey.one, *args, **kwargs)
            with self._steps.free:  # held against it once, not by the other signals as well
                return self._waited(call, line, run, waits, call.limit(*args, **kwargs))
        finally:
            self._inside.discard(thread)

    def _waited(
        self,
        call: BlockingCall,
        line: Line,
        run: Callable[[], Result],
        waits: Callable[[], bool],
        timeout: float | None,
    ) -> Result:
        began = time.monotonic()
        if call.settles:
            if timeout is not None and timeout <= MOMENT:
                return self._glanced(call, line, run, timeout)
            if self._patience.settles(lambda: _safely(waits)):
                return run()
        note = self._notes.add(call, line, self._step())
        try:
            return run()
        finally:
            note.lasted(time.monotonic() - began)

    def _glanced(
        self, call: BlockingCall, line: Line, run: Callable[[], Result], timeout: float
    ) -> Result:
        """A wait that is over in a moment, whatever comes; a loop of them is another matter.

        What counts is how long they were to take, not how late a busy machine wakes them.
        """
        began, step = time.monotonic(), self._step()
        try:
            return run()
        finally:
            took = time.monotonic() - began
            asked = min(timeout, took)
            if step is not None:
                before = step.seen.glances.get(line, (0.0, 0.0))
                asked, took = before[0] + asked, before[1] + took
                step.seen.glances[line] = asked, took
            if asked > MOMENT:
                self._notes.glance(call, line, took, step)

    def _weighed(
        self,
        call: BlockingCall,
        line: Line,
        run: Callable[[], Result],
        weight: Weight,
        *args: Any,
        **kwargs: Any,
    ) -> Result:
        step = self._step()
        note = self._notes.add(call, line, step, kind="note")

        def weigh(seconds: float) -> None:
            with suppress(Exception):  # odd arguments
                note.weigh(weight(result, *args, **kwargs), seconds)

        result: Result | None = None
        if call.ahead:
            weigh(0.0)
        began, burnt, real = time.monotonic(), time.thread_time_ns(), real_ns()
        note.begins()
        if step is not None:
            step.under_way = note
        try:
            return (result := run())
        finally:
            note.ends(real)
            if step is not None:
                step.under_way = None
            note.lasted(time.monotonic() - began)
            spent = time.thread_time_ns() - burnt
            if not call.ahead:
                weigh(spent / 1e9)
            if step is not None and note.kind == "blocking":
                step.excused += spent  # held against it once

    def _step(self) -> Step | None:
        return self._steps.current.get(get_ident())

    def _remembered(self, init: Callable[..., None]) -> Callable[..., None]:
        """Who scheduled a bare blocking call, as in `call_later(1, time.sleep, 1)`?"""
        made, scheduled = self._made, self._scheduled

        def __init__(handle: Any, callback: Any, args: Any, loop: Any, context: Any = None) -> None:
            init(handle, callback, args, loop, context)
            called = callback.func if isinstance(callback, partial) else callback
            if id(called) in made:
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
