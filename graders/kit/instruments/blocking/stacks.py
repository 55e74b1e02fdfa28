"""Stacks of running threads, sampled without keeping any frame alive."""

from __future__ import annotations

import ast
import asyncio
import functools
import linecache
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dis import opmap
from itertools import accumulate, chain, islice, repeat, takewhile
from operator import attrgetter, call, methodcaller, truth
from types import CodeType, FrameType
from typing import Any, NamedTuple

from graders.kit.instruments.frames import atomically
from graders.kit.instruments.source import Source
from graders.kit.shared.record import Line

RESUME = opmap["RESUME"]
"""The instruction with which a function begins."""

SCOPE = "scope"
"""The name of the parameter that holds the scope of an ASGI request, in every framework."""

DETECTOR_FOLDER = os.path.dirname(__file__) + os.sep
"""Where the code of the detector itself is."""

LOOP_FOLDERS = (os.path.dirname(asyncio.__file__) + os.sep, DETECTOR_FOLDER)
"""Where the code of a loop's own work is: asyncio, and the detector."""

LONGEST_CALL = 60
"""Characters of an expression that are shown."""


class CallSite(NamedTuple):
    """A watched line, and the expression that is called there."""

    line: Line
    call: str


class CodePosition(NamedTuple):
    """An instruction in a frame that is not kept, and its line."""

    code: CodeType
    instruction: int
    line: int


_position = attrgetter("f_code", "f_lasti", "f_lineno")


def stack_of_thread(thread: int, *also: Callable[[], Any]) -> tuple[list[CodePosition], list[Any]]:
    """The stack of any thread, innermost first, and what each of `also` returned at the same time.

    No positions if there is no such thread.

    This is the one function that touches frames of other threads, and two things must not happen:

    - No other thread may run while we hold one of its frames. A frame that somebody holds keeps
      its variables alive: their destructors would run later, in our thread, and a program that
      relies on them would behave differently under observation.
    - The stack and what `also` reports (the line that a checkpoint replaced, the call that is under
      way) must be of the same moment, or they contradict each other.

    CPython switches threads only between two instructions of Python code. So everything is
    collected within one instruction: a chain of iterators that are all implemented in C, consumed
    by a constructor in C. For the same reason `also` must be functions in C.
    """
    frames = _outwards(map(methodcaller("get", thread), map(call, [sys._current_frames])))
    collected = atomically(map(_position, frames), map(call, also))
    end = len(collected) - len(also)
    return [CodePosition(*position) for position in collected[:end]], collected[end:]


def stack_of_frame(frame: FrameType | None) -> list[CodePosition]:
    """The stack of a frame of one's own thread, innermost first."""
    return [CodePosition(*position) for position in map(_position, _outwards(iter([frame])))]


def _outwards(innermost: Iterator[Any]) -> Iterator[Any]:
    """A frame, its caller, the caller's caller, and so on; all in C."""
    return takewhile(truth, accumulate(chain(innermost, repeat("f_back")), getattr))


def within_iteration(stack: list[CodePosition]) -> list[CodePosition]:
    """The part of a stack that an iteration of the innermost event loop has called."""
    ends = (n for n, at in enumerate(stack) if at.code.co_name == "_run_once")
    return stack[: next(ends, None)]


def callback_is_over(stack: Sequence[CodePosition]) -> bool:
    """Whether only the loop itself is at work: nothing is left of the callback that it ran."""
    return all(at.code.co_filename.startswith(LOOP_FOLDERS) for at in stack)


# --- which line? ---------------------------------------------------------------------------


def line_of(source: Source, at: CodePosition) -> Line:
    """The watched line of a position in watched code."""
    return source.line(at.code.co_filename, at.line, at.code.co_name)


def cpu_line(source: Source, stack: Sequence[CodePosition]) -> Line | None:
    """The innermost watched line that can have burned processor time; None if there is none.

    A sample is taken at the end of what took long. A function that has only just begun has not
    burned anything yet: the time went by in its caller, before it made the call.
    """
    for at in stack:
        if source.owns(at.code.co_filename):
            first_line = at.line == at.code.co_firstlineno
            if not (first_line and at.code.co_code[at.instruction] == RESUME):
                return line_of(source, at)
    return None


def may_serve_endpoint(source: Source, stack: Sequence[CodePosition]) -> bool:
    """Whether it is worth asking `endpoint_line`, which has to hold frames of the framework."""
    above = takewhile(lambda at: not source.owns(at.code.co_filename), stack)
    return any(SCOPE in at.code.co_varnames for at in above)


def endpoint_line(source: Source, frame: FrameType | None) -> Line | None:
    """Where the watched endpoint is defined whose answer a framework is preparing, if it is.

    What happens then (validation, serialization) is due to the endpoint, though no line of it is
    on the stack any more. Starlette puts the endpoint into the scope of the request.
    """
    while frame is not None and not source.owns(frame.f_code.co_filename):
        if SCOPE in frame.f_code.co_varnames:
            scope = frame.f_locals.get(SCOPE)
            found = scope.get("endpoint") if isinstance(scope, dict) else None
            code = getattr(found, "__code__", None)
            if code is not None and source.owns(code.co_filename):
                return source.defined(code)
        frame = frame.f_back
    return None


# --- what is called there? -----------------------------------------------------------------


@functools.cache
def call_text(code: CodeType, instruction: int) -> str:
    """What an instruction calls, as the source writes it, without arguments: `repository.find`.

    At most `LONGEST_CALL` characters; the name of the function if the source is not known.
    """
    text = " ".join(_expression(code, instruction).split())
    try:
        node: Any = ast.parse(text, mode="eval").body
    except SyntaxError:
        return text[:LONGEST_CALL]
    while isinstance(node, ast.Call | ast.Await):
        node = node.func if isinstance(node, ast.Call) else node.value
    return ast.unparse(node)[:LONGEST_CALL]


def _expression(code: CodeType, instruction: int) -> str:
    first, last, start, end = next(
        islice(code.co_positions(), instruction // 2, None), (None, None, None, None)
    )
    if first is None or last is None or start is None or end is None:
        return code.co_name
    lines = [linecache.getline(code.co_filename, n).encode() for n in range(first, last + 1)]
    # Columns count bytes of UTF-8. The last line is cut first, because it may be the first one too.
    lines[-1] = lines[-1][:end]
    lines[0] = lines[0][start:]
    return b"".join(lines).decode(errors="replace")
