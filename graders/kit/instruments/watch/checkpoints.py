"""Pauses in watched code, so that whoever looks at a thread sees it on the right line.

A signal's handler, and a thread that asks for the interpreter, have to wait for a function
to begin, a loop to go round or a call into C to return. After an operator that takes
long (`needle in haystack`, `a + b`) that may be lines later, or in another function. In
watched code each new line and each way out of a function is a place to pause as well:
Python calls a function of ours there (`sys.monitoring`, from Python 3.12 on), and before
its first instruction lets the others have their turn. A thread that no timer looks after
(`Sampler`) looks there itself at what it has burnt.
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

from graders.kit.instruments.replacements import Replacements
from graders.kit.instruments.source import Source
from graders.kit.instruments.watch.standing import Spot
from graders.kit.instruments.watch.steps import Steps

TOOLS = (4, 3)
"""Numbers of tools that stand for nothing in particular; whichever is free."""

MUCH = 1_000_000
"""Nanoseconds of processor time that are worth a word."""

OFTEN = 20
"""A line that has been reached so often is in a loop, which pauses anyway."""


class Checkpoints:
    """Pauses of every thread in watched code; none before Python 3.12."""

    def __init__(self, source: Source, steps: Steps) -> None:
        self._source = source
        self._steps = steps
        self._lines: dict[CodeType, int] = {}
        self._times: dict[tuple[CodeType, int], int] = {}
        self._codes: set[CodeType] = set()
        self._tool: int | None = None

    def install(self, replacements: Replacements) -> None:
        monitoring: Any = getattr(sys, "monitoring", None)
        for tool in TOOLS if monitoring else ():
            with suppress(ValueError):  # in use
                monitoring.use_tool_id(tool, "loop watch")
                self._tool = tool
                replacements.finally_(self._remove)
                return self._register(monitoring, monitoring.events)
        return None

    def _register(self, monitoring: Any, events: Any) -> None:
        self._disable = monitoring.DISABLE
        self._within = events.LINE | events.PY_RETURN | events.PY_YIELD
        self._pauses = {
            events.PY_START: self._begins,
            events.LINE: self._reaches,
            events.PY_RETURN: self._leaves,
            events.PY_YIELD: self._leaves,
        }
        for event, reached in self._pauses.items():
            monitoring.register_callback(self._tool, event, reached)
        monitoring.set_events(self._tool, events.PY_START)

    def _remove(self) -> None:
        monitoring: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
        tool = self._tool
        monitoring.set_events(tool, 0)
        for code in self._codes:
            monitoring.set_local_events(tool, code, 0)
        for event in self._pauses:
            monitoring.register_callback(tool, event, None)
        monitoring.free_tool_id(tool)

    # --- where it pauses ---------------------------------------------------------------

    def _begins(self, code: CodeType, _: int) -> Any:
        # Once for each function that there is, be it watched or not.
        if self._source.owns(code.co_filename):
            for one in _all(code):
                self._codes.add(one)
                sys.monitoring.set_local_events(self._tool, one, self._within)  # type: ignore[attr-defined,unused-ignore]
        return self._disable

    def _reaches(self, code: CodeType, number: int) -> Any:
        self._charge(code)
        self._lines[code] = number
        self._times[code, number] = times = self._times.get((code, number), 0) + 1
        return self._disable if times >= OFTEN else None

    def _leaves(self, code: CodeType, offset: int, _: object) -> Any:
        self._charge(code)
        self._times[code, -offset] = times = self._times.get((code, -offset), 0) + 1
        return self._disable if times >= OFTEN else None

    def _charge(self, code: CodeType) -> None:
        """The line before answers for what this step has burnt since."""
        thread = get_ident()
        step = self._steps.current.get(thread)
        if step is None or thread == self._steps.timed or self._steps.free.entered(thread):
            return
        burnt = time.thread_time_ns() - step.began - step.excused
        if burnt - step.seen.sampled > MUCH:
            number = self._lines.get(code, code.co_firstlineno)
            step.charge(self._source.line(code.co_filename, number, code.co_name), burnt)

    # --- for whoever looks -------------------------------------------------------------

    @property
    def reached(self) -> Callable[[], dict[CodeType, int]]:
        """A function in C that gives the last line reached in each function."""
        return self._lines.copy

    def behind(self, stack: list[Spot], reached: dict[CodeType, int]) -> list[Spot]:
        """Where a thread that pauses was before it did."""
        ours = (self._reaches.__code__, self._leaves.__code__, self._begins.__code__)
        # It may be a handler in a handler that looks.
        above = [*takewhile(lambda spot: not self._source.owns(spot.code.co_filename), stack)]
        pauses = next((spot.code for spot in above if spot.code in ours), None)
        within = stack[len(above) :]
        if pauses is None or not within:
            return stack
        first = within[0]
        if pauses is self._reaches.__code__:
            # It is on the line that it reached, and has not begun it.
            first = first._replace(number=reached.get(first.code, first.number))
        return [first, *within[1:]]


def _all(code: CodeType) -> Iterator[CodeType]:
    """A code and those that are defined in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _all(constant)
