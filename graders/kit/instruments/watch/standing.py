"""Where does a thread stand? The watched line, and what it calls there, as it is written."""

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

from graders.kit.instruments.frames import in_one_breath
from graders.kit.instruments.source import Source
from graders.kit.instruments.watch.blame import ASLEEP, Blame
from graders.kit.shared.record import Line

RESUME = opmap["RESUME"]

SCOPE = "scope"

LOOP = tuple(
    os.path.dirname(path) + os.sep for path in (asyncio.__file__, os.path.dirname(__file__))
)
"""Where the files are that a turn of the loop consists of: asyncio's, and our instruments."""

LONGEST = 60
"""Characters of an expression that are shown."""


class Place(NamedTuple):
    """A watched line, and the expression that is called there."""

    line: Line
    call: str


WORDS = {
    "sleep": "sleep pause",
    "file": "flock lockf read write open sync flush load dump",
    "subprocess": "waitid waitpid wait3 wait4 communicate system popen",
    "other": "sigwait sigtimedwait",
    "socket": "connect accept recv send poll select epoll",
    "lock": "acquire wait join result get put barrier",
    "database": "execute query fetch commit cursor",
}
"""What calls of a family have in their names, for want of the kernel's word."""


class Spot(NamedTuple):
    """An instruction and its line, in a frame that is not kept."""

    code: CodeType
    position: int
    number: int


_ask = attrgetter("f_code", "f_lasti", "f_lineno")


def stack_of(thread: int, *then: Callable[[], Any]) -> tuple[list[Spot], list[Any]]:
    """Where a thread stands, innermost first, and what each of `then`, functions in C, gives then.

    Whoever holds a frame keeps its variables alive, and their destructors run
    later and elsewhere. So no other thread may run while we hold one, and the
    interpreter, which changes hands between any two instructions, is asked for all in a
    single one: this chain of iterators is consumed in C. No frames if there is no such thread.
    """
    frames = _outwards(map(methodcaller("get", thread), map(call, [sys._current_frames])))
    told = in_one_breath(map(_ask, frames), map(call, then))
    end = len(told) - len(then)
    return [Spot(*spot) for spot in told[:end]], told[end:]


def stack_at(frame: FrameType | None) -> list[Spot]:
    """The same, of a frame of one's own thread."""
    return [Spot(*spot) for spot in map(_ask, _outwards(iter([frame])))]


def _outwards(innermost: Iterator[Any]) -> Iterator[Any]:
    return takewhile(truth, accumulate(chain(innermost, repeat("f_back")), getattr))


def turn(stack: list[Spot]) -> list[Spot]:
    """The part of a stack that a turn of an event loop called."""
    ends = (n for n, spot in enumerate(stack) if spot.code.co_name == "_run_once")
    return stack[: next(ends, None)]


def is_over(stack: Sequence[Spot]) -> bool:
    """Is the loop at its own work again? Then nothing is left of what the callback did."""
    return all(spot.code.co_filename.startswith(LOOP) for spot in stack)


class Standing(NamedTuple):
    """What one look at a thread told."""

    stack: tuple[Spot, ...]
    watched: Spot | None
    """Where the watched code stands that answers for a wait, if any does."""
    line: Line | None

    @property
    def place(self) -> Place | None:
        if self.line is None or self.watched is None:
            return None
        return Place(self.line, called(self.watched.code, self.watched.position))

    @property
    def selects(self) -> bool:
        """Is it the selector of the loop, made by watched code?"""
        return self.watched == self.stack[-1] and self.stack[-1].code.co_name == "select"

    @property
    def guess(self) -> str:
        """The family of what is called, by its name."""
        name = called(self.stack[0].code, self.stack[0].position).rpartition(".")[2].lower()
        found = (f for f, words in WORDS.items() if any(word in name for word in words.split()))
        return next(found, "other")


def standing(blame: Blame, source: Source, stack: list[Spot]) -> Standing:
    answers = None
    for spot in stack:
        if source.owns(spot.code.co_filename):
            answers = spot
            break
        if blame.excuses(spot.code.co_filename, spot.code.co_name, ASLEEP):
            break
    line = _line(source, answers) if answers else None
    return Standing(tuple(stack), answers, line)


def burning(source: Source, stack: Sequence[Spot]) -> Line | None:
    """The watched line that answers for processor time."""
    owned = [spot for spot in stack if source.owns(spot.code.co_filename)]
    return next((_line(source, spot) for spot in owned if not _entering(spot)), None)


def _line(source: Source, spot: Spot) -> Line:
    return source.line(spot.code.co_filename, spot.number, spot.code.co_name)


def _entering(spot: Spot) -> bool:
    # A look comes at the end of what took so long: a function that only begins has done nothing.
    entered = spot.number == spot.code.co_firstlineno
    return entered and spot.code.co_code[spot.position] == RESUME


@functools.cache
def called(code: CodeType, position: int) -> str:
    """What an instruction calls, in the words of the source: `repository.find`."""
    text = " ".join(_segment(code, position).split())
    try:
        node: Any = ast.parse(text, mode="eval").body
    except SyntaxError:
        return text[:LONGEST]
    while isinstance(node, ast.Call | ast.Await):
        node = node.func if isinstance(node, ast.Call) else node.value
    return ast.unparse(node)[:LONGEST]


def _segment(code: CodeType, position: int) -> str:
    first, last, start, end = next(
        islice(code.co_positions(), position // 2, None), (None, None, None, None)
    )
    if first is None or last is None or start is None or end is None:
        return code.co_name
    lines = [linecache.getline(code.co_filename, n).encode() for n in range(first, last + 1)]
    # Columns count bytes of UTF-8; the last line is cut first, it may be the first one too.
    lines[-1] = lines[-1][:end]
    lines[0] = lines[0][start:]
    return b"".join(lines).decode(errors="replace")


def endpoint(source: Source, frame: FrameType | None) -> Line | None:
    """The watched endpoint whose answer the framework is making, if it is.

    It names it in the ASGI scope, for whoever works on the request.
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


def answering(source: Source, stack: Sequence[Spot]) -> bool:
    """Is it worth asking for an endpoint? That means holding frames of the framework."""
    above = takewhile(lambda spot: not source.owns(spot.code.co_filename), stack)
    return any(SCOPE in spot.code.co_varnames for spot in above)
