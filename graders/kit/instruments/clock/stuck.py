"""`Stuck`: waiting longer is of no use. It says what waits, and on which line."""

from __future__ import annotations

import asyncio
import linecache
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from graders.kit.instruments.source import Source, suspended
from graders.kit.shared.record import Line

LIBRARIES = tuple(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib"))

WHY = {
    "deadlock": "nothing can ever happen again",
    "livelock": "the event loop keeps running callbacks, and no time passes",
    "horizon": "it was still waiting after too much simulated time",
}


@dataclass(frozen=True)
class Waiting:
    """A task that has not ended, or a thread. `text` is the source of the line it waits on."""

    task_name: str
    line: Line | None
    text: str = ""
    kind: str = "task"
    """`task` or `thread`."""

    def __str__(self) -> str:
        who = f"{self.kind} {self.task_name!r}"
        if self.line is None:
            return f"{who} has not ended"
        code = f" ({self.text})" if self.text else ""
        return f"{who} waits in {self.line.function} at {self.line}{code}"


class Stuck(Exception):
    """Nothing new can happen, however long one waits. `kind` says why.

    A `deadlock`: nothing waits for a deadline. A `livelock`: the loop runs without time
    passing. The `horizon`: too much virtual time has passed. `waiting` has everything
    unfinished, the likeliest cause first: what waits on a watched line, and of that the
    task that was created last.
    """

    def __init__(self, kind: str, waiting: Iterable[Waiting] = (), detail: str = "") -> None:
        self.kind = kind
        self.waiting = sorted(waiting, key=lambda one: one.line is None)
        self.detail = detail
        super().__init__(self._sentence())

    @property
    def names_a_line(self) -> bool:
        """Does it name at least one line of watched code?"""
        return any(one.line is not None for one in self.waiting)

    def _sentence(self) -> str:
        why = WHY[self.kind] + (f" ({self.detail})" if self.detail else "")
        if not self.waiting:
            return why
        others = len(self.waiting) - 1
        more = f", and {others} more with it" if others else ""
        return f"{why}: {self.waiting[0]}{more}"


def task_waiting(task: asyncio.Task[object], source: Source | None) -> Waiting:
    """Where a task waits: its watched line; without a source, its last line outside libraries."""
    found, text = None, ""
    for frame in suspended(task.get_coro()):
        line = _line(frame, source)
        if line is not None:
            found, text = line, _text(frame)
    return Waiting(task.get_name(), found, text)


def thread_waiting(name: str, frame: FrameType | None, source: Source | None) -> Waiting:
    """The same for a thread, given its innermost frame."""
    while frame is not None:
        line = _line(frame, source)
        if line is not None:
            return Waiting(name, line, _text(frame), "thread")
        frame = frame.f_back
    return Waiting(name, None, kind="thread")


def _line(frame: FrameType, source: Source | None) -> Line | None:
    code = frame.f_code
    if source is not None:
        return source.frame(frame) if source.owns(code.co_filename) else None
    if code.co_filename.startswith((*LIBRARIES, str(Path(__file__).parents[1]))):
        return None
    return Line(Path(code.co_filename).name, frame.f_lineno, code.co_name)


def _text(frame: FrameType) -> str:
    return linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
