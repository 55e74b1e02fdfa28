"""Which code is watched, and which of its lines a stack, a traceback or a task is on."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType, TracebackType

from graders.kit.shared.record import Line


class Source:
    """The watched code: one file, or every file below a folder."""

    def __init__(self, path: Path) -> None:
        self.aim(path)

    def aim(self, path: Path) -> None:
        """From now on this is the watched code: for instruments that were made before it was
        known, in a process that forks those that run it."""
        path = self.path = path.absolute()
        self._is_file = path.suffix == ".py"
        self._folder = str(path.parent if self._is_file else path) + os.sep

    def owns(self, filename: str) -> bool:
        """Is this `co_filename` part of the watched code?"""
        if not (filename.startswith(("<", os.sep)) or os.path.isabs(filename)):
            filename = os.path.abspath(filename)
        if self._is_file:
            return filename == str(self.path)
        return filename.startswith(self._folder)

    def line(self, filename: str, number: int, function: str) -> Line:
        """A line of the watched code; `filename` is a code's `co_filename`."""
        return Line(os.path.abspath(filename).removeprefix(self._folder), number, function)

    def defined(self, code: CodeType) -> Line:
        """Where a watched function begins."""
        return self.line(code.co_filename, code.co_firstlineno, code.co_name)

    def frame(self, frame: FrameType | None) -> Line | None:
        """The innermost watched line at or above `frame`; None where there is none."""
        while frame is not None:
            code = frame.f_code
            if self.owns(code.co_filename):
                return self.line(code.co_filename, frame.f_lineno, code.co_name)
            frame = frame.f_back
        return None

    def caller(self) -> Line | None:
        """The watched line that is running right now, in this thread."""
        return self.frame(sys._getframe(1))

    def traceback(self, traceback: TracebackType | None) -> Line | None:
        """The innermost watched line of an exception's traceback."""
        found = None
        while traceback is not None:
            code = traceback.tb_frame.f_code
            if self.owns(code.co_filename):
                found = self.line(code.co_filename, traceback.tb_lineno, code.co_name)
            traceback = traceback.tb_next
        return found

    def task(self, task: asyncio.Task[object]) -> Line | None:
        """The innermost watched line at which a task is waiting."""
        found = None
        for frame in suspended(task.get_coro()):
            code = frame.f_code
            if self.owns(code.co_filename):
                found = self.line(code.co_filename, frame.f_lineno, code.co_name)
        return found


def suspended(awaitable: object) -> Iterator[FrameType]:
    """The frames of a suspended coroutine, outermost first.

    `Task.get_stack` stops at the outermost one; the line a person wants is at
    the end of the chain of awaits.
    """
    while awaitable is not None:
        frame = getattr(awaitable, "cr_frame", None) or getattr(awaitable, "gi_frame", None)
        frame = frame or getattr(awaitable, "ag_frame", None)
        if frame is None:
            return
        yield frame
        awaitable = getattr(awaitable, "cr_await", None) or getattr(awaitable, "gi_yieldfrom", None)
