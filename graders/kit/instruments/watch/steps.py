"""The steps of event loops, and the processor time each one burns.

Thread CPU time is the same on a busy machine and on an idle one; wall time is not.
What is done once and is no handler's mistake is left out: first imports,
collecting garbage, starting threads and processes, loading certificates, building
routes and models.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable
from threading import get_ident
from types import TracebackType
from typing import Any

from graders.kit.instruments.replacements import Replacements
from graders.kit.instruments.source import Line

SET_UP = (
    ("threading", "Thread.start"),
    ("subprocess", "Popen.__init__"),
    ("os", "fork"),
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


class Step:
    """One turn of a task or a callback, on the thread of a running loop. Times in nanoseconds."""

    __slots__ = ("began", "excused", "handle", "places", "sampled", "samples")

    def __init__(self, handle: asyncio.Handle) -> None:
        self.handle = handle
        self.excused = 0
        self.samples: dict[Line | None, int] = {}
        """Processor time by watched line; None for what others burnt."""
        self.sampled = 0
        self.places: dict[object, Any] = {}
        """What was found in this step already, by place."""
        self.began = time.thread_time_ns()


class Steps:
    """Every step that runs now, by thread; calls `ended(step, seconds)` after each long one."""

    def __init__(self, limit: float, ended: Callable[[Step, float], None]) -> None:
        self.current: dict[int, Step] = {}
        self.free = Excuse(self)
        """A context: the processor time spent in it counts for no step."""
        self._limit = round(limit * 1e9)
        self._ended = ended

    def install(self, replacements: Replacements) -> None:
        replacements.replace(asyncio.events.Handle, "_run", self._counted)
        replacements.imports.around = lambda: self.free
        gc.callbacks.append(self._collecting)
        replacements.finally_(lambda: gc.callbacks.remove(self._collecting))
        for module, path in SET_UP:
            replacements.replace_path(module, path, self._excused)

    def _counted(self, run: Callable[[asyncio.Handle], None]) -> Callable[[asyncio.Handle], None]:
        current, limit = self.current, self._limit

        def _run(handle: asyncio.Handle) -> None:
            thread = get_ident()
            outer = current.get(thread)
            step = current[thread] = Step(handle)
            try:
                run(handle)
            finally:
                spent = time.thread_time_ns() - step.began - step.excused
                if outer is None:
                    del current[thread]
                else:
                    current[thread] = outer
                if spent > limit:
                    self._ended(step, spent / 1e9)

        return _run

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
            self.free.__enter__()
        else:
            self.free.__exit__(None, None, None)


class Excuse:
    """Adds the processor time spent inside to what the thread's step is excused."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self._began: dict[int, list[int]] = {}

    @property
    def entered(self) -> bool:
        """Is this thread inside?"""
        return bool(self._began.get(get_ident()))

    def __enter__(self) -> None:
        self._began.setdefault(get_ident(), []).append(time.thread_time_ns())

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        thread = get_ident()
        marks = self._began.get(thread)
        if not marks:
            return
        began = marks.pop()
        if marks:
            return  # the outermost one counts for all
        del self._began[thread]
        step = self._steps.current.get(thread)
        if step is not None:
            step.excused += time.thread_time_ns() - began
