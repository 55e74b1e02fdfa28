"""Checkpoints: in watched code, every new line is a place where Python can be interrupted.

Without them, CPython runs the handler of a signal, and hands the GIL to a thread that asks for it,
only where a function begins, where a loop jumps back and where a call into C returns. After an
operator that takes long (`needle in haystack`, `a + b`, a slice) the next such place may be some
lines further down, or in another function: half of 91 programs with a long operator were reported
on a wrong line, or not at all if the task ended with it.

From Python 3.12 on, `sys.monitoring` calls a function of ours at each new line of watched code, and
wherever a function is left. That function is written in Python, so that before its first
instruction CPython does both: it runs pending signal handlers, and it hands over the GIL. Whatever
samples the stack then sees our function on top of it. We know which event it was called for, and
thus on which line the program really was (`before_pause`).

Threads that no timer interrupts (a loop off the main thread, all threads on Windows) have nobody
who samples them in time. They read their own processor time at every checkpoint and charge it to
the line before (`_charge`); one look at the clock a line is affordable because of `LOOP_COUNT`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import takewhile
from threading import get_ident
from types import CodeType
from typing import Any

from graders.kit.instruments.blocking.stacks import CodePosition
from graders.kit.instruments.blocking.steps import ActiveSteps
from graders.kit.instruments.patching import Patches
from graders.kit.instruments.source import Source

TOOLS = (4, 3)
"""Tool numbers of `sys.monitoring` that are reserved for no kind of tool; the first free one is
used. Debuggers, coverage and profilers have numbers of their own."""

WORTH_CHARGING = 1_000_000
"""Nanoseconds of processor time below which a line is not charged."""

LOOP_COUNT = 20
"""A line that has been reached so often is in a loop, where Python can be interrupted anyway. Its
events are switched off, so that watched code computes as fast as any other."""


class Checkpoints:
    """The checkpoints in watched code, of every thread. Before Python 3.12 there are none."""

    def __init__(self, source: Source, steps: ActiveSteps) -> None:
        self._source = source
        self._steps = steps
        self._lines: dict[CodeType, int] = {}
        self._counts: dict[tuple[CodeType, int], int] = {}
        self._watched_codes: set[CodeType] = set()
        self._tool: int | None = None

    def install(self, patches: Patches) -> None:
        """Register with `sys.monitoring`, until the patches are undone.

        Does nothing before Python 3.12, or if all the tool numbers are in use: then only the
        line of a long operator may be a wrong one.
        """
        monitoring: Any = getattr(sys, "monitoring", None)
        if monitoring is None:
            return
        for tool in TOOLS:
            with suppress(ValueError):  # the number is in use
                monitoring.use_tool_id(tool, "blocking detector")
                self._tool = tool
                break
        else:
            return
        patches.on_undo(self._remove)
        events = monitoring.events
        self._disable = monitoring.DISABLE
        self._events_in_watched_code = events.LINE | events.PY_RETURN | events.PY_YIELD
        self._callbacks = {
            events.PY_START: self._on_start,
            events.LINE: self._on_line,
            events.PY_RETURN: self._on_exit,
            events.PY_YIELD: self._on_exit,
        }
        for event, callback in self._callbacks.items():
            monitoring.register_callback(self._tool, event, callback)
        monitoring.set_events(self._tool, events.PY_START)

    def _remove(self) -> None:
        monitoring: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
        tool = self._tool
        monitoring.set_events(tool, 0)
        for code in self._watched_codes:
            monitoring.set_local_events(tool, code, 0)
        for event in self._callbacks:
            monitoring.register_callback(tool, event, None)
        monitoring.free_tool_id(tool)

    # --- callbacks of sys.monitoring -----------------------------------------------------

    def _on_start(self, code: CodeType, _: int) -> Any:
        # Called once for each function of the whole program, watched or not: it switches its own
        # event off for that function.
        if self._source.owns(code.co_filename):
            for one in _with_nested(code):
                self._watched_codes.add(one)
                sys.monitoring.set_local_events(  # type: ignore[attr-defined,unused-ignore]
                    self._tool, one, self._events_in_watched_code
                )
        return self._disable

    def _on_line(self, code: CodeType, number: int) -> Any:
        self._charge(code)
        self._lines[code] = number
        self._counts[code, number] = times = self._counts.get((code, number), 0) + 1
        return self._disable if times >= LOOP_COUNT else None

    def _on_exit(self, code: CodeType, offset: int, _: object) -> Any:
        self._charge(code)
        # Negative, because an offset could be the number of a line.
        self._counts[code, -offset] = times = self._counts.get((code, -offset), 0) + 1
        return self._disable if times >= LOOP_COUNT else None

    def _charge(self, code: CodeType) -> None:
        """Charge what the step has burned since the last checkpoint to the line it was on."""
        thread = get_ident()
        step = self._steps.current.get(thread)
        if step is None or thread == self._steps.timed_thread:
            return
        if self._steps.exempt.is_entered(thread):
            return
        burned = time.thread_time_ns() - step.reading.thread - step.exempt_cpu
        if burned - step.observed.cpu_total > WORTH_CHARGING:
            number = self._lines.get(code, code.co_firstlineno)
            step.charge(self._source.line(code.co_filename, number, code.co_name), burned)

    # --- for those who sample stacks -----------------------------------------------------

    @property
    def last_lines(self) -> Callable[[], dict[CodeType, int]]:
        """A function in C that returns the line reached last in each function.

        It must be in C so that a sample of a stack can call it without releasing the GIL.
        """
        return self._lines.copy

    def before_pause(
        self, stack: list[CodePosition], last_lines: dict[CodeType, int]
    ) -> list[CodePosition]:
        """The stack as it was before the thread ran into a checkpoint; otherwise `stack` itself.

        `last_lines` must have been taken at the same time as the stack.
        """
        callbacks = (self._on_line.__code__, self._on_exit.__code__, self._on_start.__code__)
        # The frames above the watched code: a callback, and perhaps a signal handler on top of it.
        above = [*takewhile(lambda at: not self._source.owns(at.code.co_filename), stack)]
        callback = next((at.code for at in above if at.code in callbacks), None)
        below = stack[len(above) :]
        if callback is None or not below:
            return stack
        innermost = below[0]
        if callback is self._on_line.__code__:
            # The frame says that it is on its new line already, but has not begun it: the time
            # went by on the line before, which `_on_line` has not overwritten yet.
            innermost = innermost._replace(line=last_lines.get(innermost.code, innermost.line))
        return [innermost, *below[1:]]


def _with_nested(code: CodeType) -> Iterator[CodeType]:
    """A code object and those of the functions and classes that are defined in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _with_nested(constant)
