"""Intercepts blocking calls on the thread of a running loop, and lets them run as usual."""

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

from graders.kit.instruments.blocking.attribution import Attribution
from graders.kit.instruments.blocking.calls import cost
from graders.kit.instruments.blocking.calls.contention import CONTENTION_LIMIT, Contention
from graders.kit.instruments.blocking.calls.cost import Cost
from graders.kit.instruments.blocking.calls.predicates import always
from graders.kit.instruments.blocking.calls.table import (
    TABLE,
    BlockingCall,
    ContendedCall,
    MinorCall,
    ReadyCheckedCall,
)
from graders.kit.instruments.blocking.findings import Findings
from graders.kit.instruments.blocking.steps import ActiveSteps, Exemption, Step
from graders.kit.instruments.frames import outside_instruments
from graders.kit.instruments.patching import Patches, wrap
from graders.kit.shared.record import Line

Result = TypeVar("Result")


class Interception:
    """Wraps every call of the table. Other wrappers use `run_call` for calls of their own."""

    def __init__(
        self,
        attribution: Attribution,
        findings: Findings,
        steps: ActiveSteps,
        contention: Contention,
    ) -> None:
        self.attribution = attribution
        self._findings = findings
        self._steps = steps
        self._contention = contention
        self._inside: set[int] = set()
        self._wrapped: set[int] = set()
        self._scheduled: dict[int, Line | None] = {}

    @property
    def exempt(self) -> Exemption:
        """A context manager: what is done in it counts for none of the signals."""
        return self._steps.exempt

    def install(self, patches: Patches) -> None:
        """From now on, until the patches are undone."""
        patches.replace(asyncio.events.Handle, "__init__", self._wrap_handle)
        for call in TABLE:
            if sys.version_info < call.since:
                continue
            # What is not of Python comes in whichever version the program has installed.
            optional = call.module.partition(".")[0] not in sys.stdlib_module_names
            patches.replace_path(call.module, call.path, self._wrapper_of(call), optional=optional)

    def _wrapper_of(self, call: BlockingCall) -> Callable[[Any], Any]:
        def make(original: Any) -> Any:
            def intercepted(*args: Any, **kwargs: Any) -> Any:
                if asyncio._get_running_loop() is None or get_ident() in self._inside:
                    return original(*args, **kwargs)
                return self.run_call(
                    call,
                    lambda: original(*args, **kwargs),
                    lambda: call.waits(*args, **kwargs),
                    sys._getframe(1),
                    *args,
                    **kwargs,
                )

            wrapped = wrap(original, intercepted, binds="." in call.path and not call.static)
            self._wrapped.add(id(wrapped))
            return wrapped

        return make

    def method(
        self, base: type, name: str, call: BlockingCall, waits: Callable[[Any], object] = always
    ) -> Any:
        """A method for a subclass of `base`, a type in C, whose calls are intercepted as `call`.

        `waits` is asked with the object whether it would wait.
        """
        original = getattr(base, name)

        def intercepted(this: Any, *args: Any, **kwargs: Any) -> Any:
            run = partial(original, this, *args, **kwargs)
            return self.run_call(call, run, lambda: bool(waits(this)), sys._getframe(1), *args)

        return wrap(original, intercepted, binds=True)

    def run_call(
        self,
        call: BlockingCall,
        run: Callable[[], Result],
        waits: Callable[[], bool],
        frame: FrameType,
        *args: Any,
        **kwargs: Any,
    ) -> Result:
        """Return what `run()` returns; meanwhile, `call` is a finding if it deserves one.

        It does if this is the thread of a running loop, if watched code asked for the call (`frame`
        is its caller), and if `waits()` says that it is about to wait. `args` are what its cost,
        its time-out or its readiness depend on. Whatever `run` raises is raised.

        Calls that are made by a call under way are not looked at: the outermost one answers for
        them, whether it has become a finding or not.
        """
        thread = get_ident()
        if asyncio._get_running_loop() is None or thread in self._inside:
            return run()
        self._inside.add(thread)
        try:
            line = self.attribution.line(frame, call.family) or self._scheduled_by(frame)
            if line is None or not _is_true(waits):
                return run()
            match call:
                case MinorCall():
                    return self._run_minor(
                        call, line, run, call.cost, call.cost_before, *args, **kwargs
                    )
                case ReadyCheckedCall() if _is_true(lambda: call.ready(*args, **kwargs)):
                    return self._run_minor(call, line, run, cost.constant, False, *args, **kwargs)
                case ContendedCall():
                    with self._steps.exempt:
                        timeout = call.timeout_of(*args, **kwargs)
                        return self._run_contended(call, line, run, waits, timeout)
                case _:
                    # Exempt from the other signals: one finding is enough.
                    with self._steps.exempt:
                        return self._run_blocking(call, line, run, time.monotonic())
        finally:
            self._inside.discard(thread)

    def _run_blocking(
        self, call: BlockingCall, line: Line, run: Callable[[], Result], began: float
    ) -> Result:
        """Run a call that is blocking, and has been since `began` (seconds of `time.monotonic`)."""
        pending = self._findings.add_call(call.family, call.name, line, self._step())
        try:
            return run()
        finally:
            pending.lasted(time.monotonic() - began)

    def _run_contended(
        self,
        call: ContendedCall,
        line: Line,
        run: Callable[[], Result],
        waits: Callable[[], bool],
        timeout: float | None,
    ) -> Result:
        began = time.monotonic()
        if timeout is None or timeout > CONTENTION_LIMIT:
            if self._contention.resolves(lambda: _is_true(waits)):
                return run()
            return self._run_blocking(call, line, run, began)
        # It gives up so soon that it is not blocking, whatever happens. But a loop that polls an
        # event holds the others up as a single wait does, so the waits of a line are added up. What
        # counts is how long they were to wait: a busy machine wakes a thread late.
        step = self._step()
        try:
            return run()
        finally:
            took = time.monotonic() - began
            asked = min(timeout, took)
            if step is not None:
                asked_before, took_before = step.observed.short_waits.get(line, (0.0, 0.0))
                asked, took = asked_before + asked, took_before + took
                step.observed.short_waits[line] = asked, took
            if asked > CONTENTION_LIMIT:
                self._findings.add_short_waits(call.family, call.name, line, took, step)

    def _run_minor(
        self,
        call: BlockingCall,
        line: Line,
        run: Callable[[], Result],
        cost: Cost,
        cost_before: bool,
        *args: Any,
        **kwargs: Any,
    ) -> Result:
        """Run a call that is a note until its cost adds up.

        It is not exempt: the other signals find it if it sleeps or burns much. `Step.call` tells
        the watchdog that the thread sleeps in this call, not in an unknown one.
        """
        step = self._step()
        pending = self._findings.add_call(call.family, call.name, line, step, kind="note")

        def add_cost(cpu_seconds: float) -> None:
            with suppress(Exception):  # odd arguments
                pending.add_cost(cost(result, *args, **kwargs), cpu_seconds)

        result: Result | None = None
        if cost_before:
            add_cost(0.0)
        began, cpu_before = time.monotonic(), time.thread_time_ns()
        pending.begin_minor_call()
        if step is not None:
            step.call = pending
        try:
            return (result := run())
        finally:
            pending.end_minor_call()
            if step is not None:
                step.call = None
            pending.lasted(time.monotonic() - began)
            burned = time.thread_time_ns() - cpu_before
            if not cost_before:
                add_cost(burned / 1e9)
            if step is not None and pending.kind == "blocking":
                step.exempt_cpu += burned  # one finding is enough

    def _step(self) -> Step | None:
        return self._steps.current.get(get_ident())

    # --- bare blocking calls as callbacks -------------------------------------------------
    # In `loop.call_later(1, time.sleep, 1)` no watched line is on the stack when `time.sleep` runs.
    # So whoever makes a handle for a wrapped function is remembered until the handle runs.

    def _wrap_handle(self, init: Callable[..., None]) -> Callable[..., None]:
        wrapped, scheduled = self._wrapped, self._scheduled

        def __init__(handle: Any, callback: Any, args: Any, loop: Any, context: Any = None) -> None:
            init(handle, callback, args, loop, context)
            called = callback.func if isinstance(callback, partial) else callback
            if id(called) in wrapped:
                # None as well: an earlier handle with this number may never have run.
                scheduled[id(handle)] = self.attribution.scheduling_line(sys._getframe(1))

        return __init__

    def _scheduled_by(self, frame: FrameType) -> Line | None:
        caller = outside_instruments(frame)
        step = self._steps.current.get(get_ident())
        if step is None or caller is None or caller.f_code.co_name != "_run":
            return None
        return self._scheduled.pop(id(step.handle), None)


def _is_true(predicate: Callable[[], bool]) -> bool:
    """What the predicate says; True if it raises, because the call itself is to refuse that."""
    with suppress(Exception):
        return predicate()
    return True
