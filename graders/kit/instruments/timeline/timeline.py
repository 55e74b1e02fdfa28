"""Records every task of every event loop: when it ran, when it waited, when it was held up.

    with Clock() as clock, BlockingDetector(source) as watch:
        with Timeline(source, lambda: clock.elapsed, watch) as timeline:
            ...
    print(timeline)

A task is recorded from the moment it is scheduled for the first time. The line it waited on
is read from its coroutine when the task is scheduled again, before it moves on. Only spans
that take time are recorded: on a virtual clock a step takes none, unless it blocks.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from threading import get_ident
from types import TracebackType
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from graders.kit.instruments import private
from graders.kit.instruments.patching import Patches
from graders.kit.instruments.source import Source
from graders.kit.instruments.timeline.drawing import READY, RUNS, WAITS, draw
from graders.kit.shared.record import Finding, Lane, Line, Span

LEAST = 0.001
"""Seconds that a span lasts at least: on a real clock, less than this is no wait."""

Task = asyncio.Task[Any]


class BlockingDetector(Protocol):
    """What a timeline asks the blocking detector for."""

    @property
    def findings(self) -> list[Finding]:
        """Everything that has blocked a loop so far, in order."""


class Timeline:
    """A context manager that records; `lanes` can be read at any time, also afterwards.

    `now` gives seconds. With a `watch` (a blocking detector that is entered before), a lane
    also says what held the loop, and where. There is a lane for each task of watched code or
    that waited in it, and for each callback that held the loop.
    """

    def __init__(
        self, source: Source, now: Callable[[], float], watch: BlockingDetector | None = None
    ) -> None:
        self._source = source
        self._now = now
        self._watch = watch
        self._patches = Patches()
        self._lanes: list[Lane] = []
        self._of: WeakKeyDictionary[Task, Lane] = WeakKeyDictionary()
        self._since: WeakKeyDictionary[Task, float] = WeakKeyDictionary()
        """Since when each task has waited, or has been ready, if it is not running."""
        self._due: dict[int, float] = {}
        """When the timer that fires now was due, by thread."""
        self._seen = 0
        self._names: Counter[str] = Counter()

    @property
    def lanes(self) -> list[Lane]:
        """In the order they started."""
        return [
            lane for lane in self._lanes if lane.watched or any(span.line for span in lane.spans)
        ]

    def draw(self, width: int = 79, *, ascii_only: bool = False) -> str:
        """As text: one line for each lane, all to the same scale, `width` characters wide."""
        return draw(self.lanes, width, ascii_only=ascii_only)

    def __str__(self) -> str:
        return self.draw()

    def __enter__(self) -> Timeline:
        with self._patches.undone_on_error():
            self._patches.replace(asyncio.events.Handle, "__init__", self._notice_scheduled)
            self._patches.replace(*private.HANDLE_RUN.place, self._notice_run)
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._patches.undo()

    # --- what is observed --------------------------------------------------------------------

    def _notice_scheduled(self, init: Callable[..., None]) -> Callable[..., None]:
        def __init__(handle: Any, *args: Any, **kwargs: Any) -> None:
            init(handle, *args, **kwargs)
            task = _task(handle)
            if task is not None:
                self._woken(task)

        __init__.__wrapped__ = init  # type: ignore[attr-defined]
        return __init__

    def _notice_run(self, run: Callable[[Any], None]) -> Callable[[Any], None]:
        def _run(handle: Any) -> None:
            task, start = _task(handle), self._now()
            self._due[get_ident()] = start - _late(handle)
            if task is not None:
                self._add(self._lane(task), READY, self._since.get(task, start), start)
            try:
                run(handle)
            finally:
                end = self._now()
                del self._due[get_ident()]
                if task is not None:
                    self._stopped(task, start, end)
                elif end - start >= LEAST:
                    self._held(_name(private.HANDLE_CALLBACK.of(handle)), start, end)

        _run.__wrapped__ = run  # type: ignore[attr-defined]
        return _run

    # --- what becomes a span -----------------------------------------------------------------

    def _woken(self, task: Task) -> None:
        lane, now = self._lane(task), self._now()
        since = self._since.get(task, now)
        # If it was woken by a timer that fired late, it has been ready since that was due.
        due = max(since, self._due.get(get_ident(), now))
        if due - since >= LEAST:
            self._add(lane, WAITS, since, due, self._source.task(task))
        self._since[task] = due

    def _stopped(self, task: Task, start: float, end: float) -> None:
        lane = self._lane(task)
        self._run_for(lane, start, end)
        self._since[task] = end
        if task.done():
            # Not `exception()`: asking for it would count as retrieving it.
            raised = getattr(task, private.TASK_EXCEPTION.name, None)
            lane.ended = end
            lane.outcome = (
                "cancelled" if task.cancelled() else "raised" if raised is not None else "returned"
            )

    def _held(self, name: str, start: float, end: float) -> None:
        lane = Lane(self._numbered(name), start, ended=end, outcome="returned")
        self._lanes.append(lane)
        self._run_for(lane, start, end)

    def _run_for(self, lane: Lane, start: float, end: float) -> None:
        if end - start >= LEAST:
            found = self._found()
            line = Line(found.file, found.line, "") if found and found.file and found.line else None
            self._add(lane, RUNS, start, end, line, found.call if found else "")

    def _found(self) -> Finding | None:
        """The longest blocking call that was found since the last time this was asked."""
        findings = self._watch.findings if self._watch else []
        new, self._seen = findings[self._seen :], len(findings)
        return max(new, key=lambda finding: finding.seconds or 0.0, default=None)

    def _add(
        self,
        lane: Lane,
        state: str,
        start: float,
        end: float,
        line: Line | None = None,
        call: str = "",
    ) -> None:
        if end - start >= LEAST:
            lane.add(Span(state, start, end, line, call))

    def _lane(self, task: Task) -> Lane:
        lane = self._of.get(task)
        if lane is None:
            coroutine = task.get_coro()
            code = getattr(coroutine, "cr_code", None)
            lane = self._of[task] = Lane(
                self._numbered(_name(coroutine)),
                self._now(),
                watched=code is not None and self._source.owns(code.co_filename),
            )
            self._lanes.append(lane)
        return lane

    def _numbered(self, name: str) -> str:
        self._names[name] += 1
        number = self._names[name]
        return name if number == 1 else f"{name} #{number}"


def _task(handle: Any) -> Task | None:
    """The task that this handle continues, if it belongs to one."""
    task = getattr(private.HANDLE_CALLBACK.of(handle), "__self__", None)
    return task if isinstance(task, asyncio.Task) else None


def _late(handle: Any) -> float:
    """How many seconds after its time a timer fires; 0 for everything that is no timer."""
    if not isinstance(handle, asyncio.TimerHandle):
        return 0.0
    return float(max(private.HANDLE_LOOP.of(handle).time() - handle.when(), 0.0))


def _name(function: Any) -> str:
    name = getattr(function, "__qualname__", None) or type(function).__name__
    return str(name).replace("<locals>.", "").rpartition(".")[2]
