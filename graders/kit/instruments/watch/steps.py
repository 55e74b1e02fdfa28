"""The steps of event loops, and the processor time each one burns.

Thread CPU time is the same on a busy machine and on an idle one; wall time is not.
What is done once and is no handler's mistake is left out: first imports,
collecting garbage, starting threads and processes, loading certificates, building
routes and models.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from itertools import count
from threading import get_ident
from time import process_time_ns, thread_time_ns
from types import TracebackType
from typing import Any

from graders.kit.instruments.replacements import Replacements
from graders.kit.instruments.watch.step import Reading, Step, real_ns

SET_UP = (
    ("threading", "Thread.start"),
    ("subprocess", "Popen.__init__"),
    ("os", "fork"),
    ("multiprocessing.process", "BaseProcess.start"),
    ("concurrent.futures.process", "ProcessPoolExecutor.submit"),
    ("ssl", "SSLContext.load_verify_locations"),
    ("ssl", "SSLContext.load_default_certs"),
    ("ssl", "SSLContext.set_default_verify_paths"),
    ("httpx", "Client.__init__"),
    ("httpx", "AsyncClient.__init__"),
    ("fastapi", "FastAPI.__init__"),
    ("fastapi", "FastAPI.openapi"),
    ("fastapi.routing", "APIRoute.__init__"),
    ("fastapi.routing", "APIWebSocketRoute.__init__"),
    ("fastapi.routing", "APIRouter.include_router"),
    ("pydantic", "TypeAdapter.__init__"),
    ("pydantic._internal._model_construction", "ModelMetaclass.__new__"),
)
"""Work done once, for ever after: its processor time counts for no step."""

GRAIN = 100_000
"""Nanoseconds: a step that burns less may be charged to its neighbour; nothing is lost."""


class Steps:
    """Every step that runs now, by thread; calls `ended(step, seconds)` after each long one."""

    def __init__(self, limit: float, ended: Callable[[Step, float], None]) -> None:
        self.current: dict[int, Step] = {}
        self.free = Excuse(self)
        """A context: what is done in it counts for no step."""
        self.timed: int | None = None
        """The thread whose processor time the `Sampler` looks after."""
        self.begun = 0
        """How many steps there were."""
        self.spent = 0
        """Nanoseconds of processor time that all turns of loops burnt, whatever was excused."""
        self._readings: dict[int, Reading] = {}
        self._limit = round(limit * 1e9)
        self._ended = ended

    def install(self, replacements: Replacements) -> None:
        replacements.replace(asyncio.events.Handle, "_run", self._counted)
        replacements.replace(asyncio.BaseEventLoop, "_run_once", self._turned)
        replacements.replace(asyncio.BaseEventLoop, "run_forever", self._left)
        replacements.imports.around = lambda: self.free
        gc.callbacks.append(self._collecting)
        replacements.finally_(lambda: gc.callbacks.remove(self._collecting))
        for module, path in SET_UP:
            replacements.replace_path(module, path, self._excused)

    def _counted(self, run: Callable[[asyncio.Handle], None]) -> Callable[[asyncio.Handle], None]:
        numbers = count(1)

        def _run(handle: asyncio.Handle) -> None:
            self.begun = number = next(numbers)
            self._account(handle, number, run, handle)

        return _run

    def _turned(self, run_once: Callable[[Any], None]) -> Callable[[Any], None]:
        def _run_once(loop: Any) -> None:
            self._account(None, self.begun, run_once, loop)

        return _run_once

    def _left(self, run_forever: Callable[[Any], None]) -> Callable[[Any], None]:
        def run(loop: Any) -> None:
            # Another thread may have had this number, and burnt more; so may this one meanwhile.
            self._readings.pop(get_ident(), None)
            try:
                run_forever(loop)
            finally:
                self._readings.pop(get_ident(), None)

        return run

    def _read(self, thread: int, now: int) -> Reading:
        """The clocks of this thread, which is known to be `thread`, and it to be `now`.

        To ask the system for processor time takes longer than many a step lasts, to ask
        for real time does not. So boundaries of steps within one `GRAIN` share a reading.
        """
        reading = self._readings.get(thread)
        if reading is None or now - reading.now > GRAIN:
            reading = Reading(now, process_time_ns(), thread_time_ns())
            self._readings[thread] = reading
        return reading

    def _account(
        self, handle: asyncio.Handle | None, number: int, run: Callable[[Any], None], argument: Any
    ) -> None:
        thread, current, started = get_ident(), self.current, real_ns()
        outer = current.get(thread)
        # What a turn did after its last reading would be lost, but for the next one.
        reading = self._readings.get(thread) if outer is None else None
        reading = reading or self._read(thread, started)
        step = current[thread] = Step(handle, number, started, reading)
        try:
            run(argument)
        finally:
            burnt = self._read(thread, real_ns()).thread - step.began
            spent = burnt - step.excused
            if outer is None:
                del current[thread]
                self.spent += burnt
            else:
                current[thread] = outer
                outer.excused += burnt  # each answers for its own
            if spent > self._limit:
                self._ended(step, spent / 1e9)

    def _excused(self, original: Callable[..., Any]) -> Callable[..., Any]:
        free, current = self.free, self.current

        def excused(*args: Any, **kwargs: Any) -> Any:
            if get_ident() not in current:
                return original(*args, **kwargs)
            with free:
                return original(*args, **kwargs)

        excused.__wrapped__ = original  # type: ignore[attr-defined]
        return excused

    def _collecting(self, phase: str, _: dict[str, int]) -> None:
        if phase == "start":
            self.free.enter()
        else:
            self.free.leave()


class Excuse:
    """Adds the processor time spent inside to what the thread's step is excused."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self._began: dict[int, list[int]] = {}

    def entered(self, thread: int) -> bool:
        """Is this thread inside?"""
        return bool(self._began.get(thread))

    def __enter__(self) -> None:
        self.enter()

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        step = self.leave()
        if step is not None:
            step.excuses += 1

    def enter(self) -> None:
        self._began.setdefault(get_ident(), []).append(thread_time_ns())

    def leave(self) -> Step | None:
        """The step that has been excused, if this was the outermost one."""
        thread = get_ident()
        marks = self._began.get(thread)
        if not marks:
            return None
        began = marks.pop()
        if marks:
            return None  # the outermost one counts for all
        del self._began[thread]
        step = self._steps.current.get(thread)
        if step is not None:
            step.excused += thread_time_ns() - began
        return step
