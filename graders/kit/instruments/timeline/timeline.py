"""Records every task of every event loop: when it ran, waited, and had to wait for others.

    with Clock() as clock, BlockingDetector(source) as watch:
        with Timeline(source, lambda: clock.elapsed, watch) as timeline:
            ...
    print(timeline)

A task is seen from the moment it is scheduled for the first time. What it waits in is
asked of its coroutine when it is woken, for it has not moved yet. Time that nobody spends
is not recorded: on a virtual clock a step takes none, unless it blocks.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from threading import get_ident
from types import TracebackType
from typing import Any
from weakref import WeakKeyDictionary

from graders.kit.instruments.blocking import BlockingDetector
from graders.kit.instruments.replacements import Replacements
from graders.kit.instruments.source import Source
from graders.kit.instruments.timeline.lane import READY, RUNS, WAITS, Lane, Span
from graders.kit.instruments.timeline.swimlanes import draw
from graders.kit.shared.record import Finding, Line

LEAST = 0.001
"""Seconds that a span lasts at least: less is nobody's wait, on a real clock."""

Task = asyncio.Task[Any]


class Timeline:
    """A context manager that records; `lanes` can be read at any time, also afterwards.

    `now` gives seconds; the picture begins with the first lane. With a `watch`, entered
    before, a lane says also where it held the loop. Lanes are tasks of watched code, or that
    waited in it, and callbacks that held the loop. Changes nothing of what it sees.
    """

    def __init__(
        self,
        source: Source,
        now: Callable[[], float],
        watch: BlockingDetector | None = None,
        *,
        least: float = LEAST,
    ) -> None:
        self._source = source
        self._now = now
        self._watch = watch
        self._least = least
        self._replacements = Replacements()
        self._lanes: list[Lane] = []
        self._of: WeakKeyDictionary[Task, Lane] = WeakKeyDictionary()
        self._since: WeakKeyDictionary[Task, float] = WeakKeyDictionary()
        """Since when each task waits, or is ready if it is not running."""
        self._due: dict[int, float] = {}
        """When the timer should have gone off that goes off now, by thread."""
        self._told = 0
        self._names: Counter[str] = Counter()

    @property
    def lanes(self) -> list[Lane]:
        """In the order they started."""
        return [
            lane for lane in self._lanes if lane.watched or any(span.line for span in lane.spans)
        ]

    def draw(self, width: int = 79, *, ascii_only: bool = False) -> str:
        """As text: a lane a line, to scale."""
        return draw(self.lanes, width, ascii_only=ascii_only)

    def __str__(self) -> str:
        return self.draw()

    def __enter__(self) -> Timeline:
        with self._replacements.undone_on_error():
            self._replacements.replace(asyncio.events.Handle, "__init__", self._scheduled)
            self._replacements.replace(asyncio.events.Handle, "_run", self._run)
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._replacements.undo()

    # --- what it hears of ----------------------------------------------------------------

    def _scheduled(self, init: Callable[..., None]) -> Callable[..., None]:
        def __init__(handle: Any, *args: Any, **kwargs: Any) -> None:
            init(handle, *args, **kwargs)
            task = _task(handle)
            if task is not None:
                self._woken(task)

        __init__.__wrapped__ = init  # type: ignore[attr-defined]
        return __init__

    def _run(self, run: Callable[[Any], None]) -> Callable[[Any], None]:
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
                elif end - start >= self._least:
                    self._held(_name(handle._callback), start, end)

        _run.__wrapped__ = run  # type: ignore[attr-defined]
        return _run

    # --- what it makes of it -----------------------------------------------------------

    def _woken(self, task: Task) -> None:
        lane, now = self._lane(task), self._now()
        since = self._since.get(task, now)
        # By a timer that was kept from going off, it could have gone on before.
        due = max(since, self._due.get(get_ident(), now))
        if due - since >= self._least:
            self._add(lane, WAITS, since, due, self._source.task(task))
        self._since[task] = due

    def _stopped(self, task: Task, start: float, end: float) -> None:
        lane = self._lane(task)
        self._run_for(lane, start, end)
        self._since[task] = end
        if task.done():
            # Not `exception()`: that would count as somebody having looked at it.
            raised = getattr(task, "_exception", None)
            lane.ended = end
            lane.outcome = (
                "cancelled" if task.cancelled() else "raised" if raised is not None else "returned"
            )

    def _held(self, name: str, start: float, end: float) -> None:
        lane = Lane(self._numbered(name), start, ended=end, outcome="returned")
        self._lanes.append(lane)
        self._run_for(lane, start, end)

    def _run_for(self, lane: Lane, start: float, end: float) -> None:
        if end - start >= self._least:
            found = self._found()
            line = Line(found.file, found.line, "") if found and found.file and found.line else None
            self._add(lane, RUNS, start, end, line, found.call if found else "")

    def _found(self) -> Finding | None:
        """The longest block that the watch has found since it was asked before."""
        findings = self._watch.findings if self._watch else []
        new, self._told = findings[self._told :], len(findings)
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
        if end - start >= self._least:
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
    """The task that goes on by this handle, if it is one's."""
    task = getattr(handle._callback, "__self__", None)
    return task if isinstance(task, asyncio.Task) else None


def _late(handle: Any) -> float:
    """For how long a timer was kept from going off, in seconds; nothing else is ever late."""
    if not isinstance(handle, asyncio.TimerHandle):
        return 0.0
    return float(max(handle._loop.time() - handle.when(), 0.0))  # type: ignore[attr-defined]


def _name(function: Any) -> str:
    name = getattr(function, "__qualname__", None) or type(function).__name__
    return str(name).replace("<locals>.", "").rpartition(".")[2]
