"""Counts the processor time of every step of an event loop.

The processor time of a thread is the same on a busy machine as on an idle one; elapsed time is not.
Work that a process does once, and that no handler could avoid, does not count: first imports,
garbage collection, starting threads and processes, loading certificates, building routes and
models.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from itertools import count
from threading import get_ident
from time import process_time_ns, thread_time_ns
from typing import Any

from graders.kit.instruments.blocking.steps import ActiveSteps, CpuReading, Step, real_ns
from graders.kit.instruments.patching import Patches

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
"""Work that is done once in a process: it is exempt."""

NEAR = 0.25
"""The share of the limit above which a step is worth a look, as one of many."""

READING_LIFETIME = 100_000
"""Nanoseconds for which a reading of the clocks is used again: a step that burns less than this
may be charged to its neighbour, but nothing is lost. The limit of a step is 500 times as much."""


OnStep = Callable[[Step, float], None]
"""Called with a step that has ended, and the seconds of processor time that it burned."""


class Accounting:
    """Fills `ActiveSteps`; calls `on_long_step` after each step above `limit`, and `on_busy_step`
    after each that comes near it (`NEAR`). `limit` is in seconds of processor time.
    """

    def __init__(
        self, steps: ActiveSteps, limit: float, on_long_step: OnStep, on_busy_step: OnStep
    ) -> None:
        self.begun = 0
        """How many steps there have been."""
        self.spent = 0
        """Nanoseconds of processor time that all loops have burned, exempt or not."""
        self._steps = steps
        self._readings: dict[int, CpuReading] = {}
        self._limit = round(limit * 1e9)
        self._near = round(limit * NEAR * 1e9)
        self._on_long_step = on_long_step
        self._on_busy_step = on_busy_step

    def install(self, patches: Patches) -> None:
        """From now on, until the patches are undone."""
        patches.replace(asyncio.events.Handle, "_run", self._wrap_run)
        patches.replace(asyncio.BaseEventLoop, "_run_once", self._wrap_run_once)
        patches.replace(asyncio.BaseEventLoop, "run_forever", self._wrap_run_forever)
        patches.imports.around = lambda: self._steps.exempt
        gc.callbacks.append(self._on_garbage_collection)
        patches.on_undo(lambda: gc.callbacks.remove(self._on_garbage_collection))
        for module, path in SET_UP:
            patches.replace_path(module, path, self._exempt)

    def _wrap_run(self, run: Callable[[asyncio.Handle], None]) -> Callable[[asyncio.Handle], None]:
        numbers = count(1)

        def _run(handle: asyncio.Handle) -> None:
            self.begun = number = next(numbers)
            self._account(handle, number, run, handle)

        return _run

    def _wrap_run_once(self, run_once: Callable[[Any], None]) -> Callable[[Any], None]:
        def _run_once(loop: Any) -> None:
            self._account(None, self.begun, run_once, loop)

        return _run_once

    def _wrap_run_forever(self, run_forever: Callable[[Any], None]) -> Callable[[Any], None]:
        def run(loop: Any) -> None:
            # An earlier thread with the same number may have burned more than this one; and what
            # this one burns between two runs of a loop is not the loop's.
            self._readings.pop(get_ident(), None)
            try:
                run_forever(loop)
            finally:
                self._readings.pop(get_ident(), None)

        return run

    def _read(self, thread: int, now: int) -> CpuReading:
        # Asking the system for processor time takes longer than many a step lasts; asking for
        # real time does not. So the boundaries of steps that are less than a `READING_LIFETIME`
        # apart share a reading. `thread` and `now` are known to the caller already.
        reading = self._readings.get(thread)
        if reading is None or now - reading.now > READING_LIFETIME:
            reading = CpuReading(now, process_time_ns(), thread_time_ns())
            self._readings[thread] = reading
        return reading

    def _account(
        self, handle: asyncio.Handle | None, number: int, run: Callable[[Any], None], argument: Any
    ) -> None:
        """Run `run(argument)` as a step.

        This runs twice for every iteration of every loop, so nothing is done here that is not
        needed each time.
        """
        thread, current, started = get_ident(), self._steps.current, real_ns()
        outer = current.get(thread)
        # An iteration of the loop begins with the reading that the one before ended with, however
        # old it is: what was burned since then would be counted nowhere otherwise.
        reading = self._readings.get(thread) if outer is None else None
        reading = reading or self._read(thread, started)
        step = current[thread] = Step(handle, number, started, reading)
        try:
            run(argument)
        finally:
            burned = self._read(thread, real_ns()).thread - step.reading.thread
            spent = burned - step.exempt_cpu
            if outer is None:
                del current[thread]
                self.spent += burned
            else:
                # The outer step is the loop's iteration: it answers only for what it did itself.
                current[thread] = outer
                outer.exempt_cpu += burned
            if spent > self._near:
                on_step = self._on_long_step if spent > self._limit else self._on_busy_step
                on_step(step, spent / 1e9)

    def _exempt(self, original: Callable[..., Any]) -> Callable[..., Any]:
        exempt, current = self._steps.exempt, self._steps.current

        def exempted(*args: Any, **kwargs: Any) -> Any:
            if get_ident() not in current:
                return original(*args, **kwargs)
            with exempt:
                return original(*args, **kwargs)

        exempted.__wrapped__ = original  # type: ignore[attr-defined]
        return exempted

    def _on_garbage_collection(self, phase: str, _: dict[str, int]) -> None:
        if phase == "start":
            self._steps.exempt.enter()
        else:
            self._steps.exempt.leave()
