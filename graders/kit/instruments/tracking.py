"""What was started, on which line, and how to tell that it has ended.

A tracker is a function of `Entries` and `Patches`: it patches whatever starts or ends one
kind of thing, and adds an entry for each thing that watched code starts.
"""

from __future__ import annotations

import functools
import sys
import weakref
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

from graders.kit.instruments.frames import outside_instruments, package_of
from graders.kit.instruments.patching import Make, Patches, wrap
from graders.kit.instruments.source import Source
from graders.kit.shared.record import Finding, Line

MOST = 1000
"""Findings that are reported: more of them would not explain a program any better."""

OWNERS = frozenset(
    ["anyio", "asyncpg", "fastapi", "httpcore", "httpx", "starlette", "uvicorn"],
)
"""Packages that end what they start, or keep it for an object with an entry of its own."""

Started = tuple[str, Line]
"""A call that started something, and the watched line that made it."""


@dataclass(frozen=True)
class Kind:
    """One kind of thing, and what can be said of it while it is alive."""

    family: str
    ended: Callable[[Any], bool]
    describe: Callable[[Any, str, Line], Finding]
    """Makes the finding, from the object, the call and the line that started it."""
    must_close: bool = False
    """Whether it is lost, not ended, when it is collected without having been closed."""
    may_end: bool = False
    """Whether it may end by itself, given a little real time."""


class Entry:
    """Something that was started; only a weak reference is held to it."""

    def __init__(self, kind: Kind, call: str, line: Line, thing: Any) -> None:
        self.kind = kind
        self.call = call
        self.line = line
        self.closed = False
        self._key = id(thing)
        self._thing = weakref.ref(thing)

    @property
    def open(self) -> bool:
        """Is it neither ended nor closed?"""
        thing = self._thing()
        if thing is None:
            return self.kind.must_close and not self.closed
        return not self.kind.ended(thing)

    def about(self, thing: object) -> bool:
        """Is this the entry of `thing`? Also while `thing` is being collected."""
        living = self._thing()
        return living is thing or (living is None and self._key == id(thing))

    def close_if(self, thing: object) -> None:
        """Note that it was closed, if this is the entry of `thing`."""
        if self._thing() is thing:
            self.closed = True

    def finding(self) -> Finding:
        """The finding for something that is still open, or was lost."""
        thing = self._thing()
        if thing is None:
            return leak(self.kind.family, self.call, self.line, "lost without being closed")
        return self.kind.describe(thing, self.call, self.line)


def leak(family: str, call: str, line: Line | None, detail: str) -> Finding:
    """A finding of kind `leak`, at a line if one is known."""
    return Finding(
        kind="leak",
        family=family,
        call=call,
        file=line.file if line else None,
        line=line.line if line else None,
        detail=detail,
    )


class Entries:
    """All entries in order, and what is certainly lost already."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._entries: list[Entry] = []
        self._lost: list[Finding] = []
        self._tidy_at = MOST

    def started(
        self, call: str = "", owners: frozenset[str] = OWNERS, *, otherwise: str = ""
    ) -> Started | None:
        """The call that watched code makes right now, and its line; None inside of `owners`.

        The call is `call` if given, else the function that the line called;
        `otherwise`, where that is the very function that was patched.
        """
        below: FrameType | None = None
        frame = outside_instruments(sys._getframe(1))
        while frame is not None:
            filename = frame.f_code.co_filename
            line = self.source.frame(frame) if self.source.owns(filename) else None
            if line is not None:
                return call or (_qualified(below) if below else otherwise), line
            if package_of(filename) in owners:
                return None
            below, frame = frame, outside_instruments(frame.f_back)
        return None

    def add(self, kind: Kind, thing: Any, started: Started | None) -> None:
        """Add an entry for `thing`, if it was watched code that started it."""
        if started is None:
            return
        if len(self._entries) > self._tidy_at:
            self._tidy_at = MOST + 2 * len(self.open())
        self._entries.append(Entry(kind, *started, thing))

    def about(self, thing: object) -> Entry | None:
        """The youngest entry of `thing`, or None."""
        return next((entry for entry in reversed(self._entries) if entry.about(thing)), None)

    def close(self, thing: object) -> None:
        """Note that `thing` was closed."""
        for entry in self._entries:
            entry.close_if(thing)

    def forget(self, thing: object) -> None:
        """Remove the entry of `thing`, if it has one."""
        self._entries = [entry for entry in self._entries if not entry.about(thing)]

    def open(self) -> list[Entry]:
        """The entries that are neither ended nor closed, in order."""
        self._entries = [entry for entry in self._entries if entry.open]
        return self._entries

    def lose(self, finding: Finding) -> None:
        """Something that is lost for good, whatever happens later."""
        if len(self._lost) < MOST:
            self._lost.append(finding)

    def findings(self) -> list[Finding]:
        """A finding for each that is open, at most `MOST`, then those that were lost."""
        return [*(entry.finding() for entry in self.open()[:MOST]), *self._lost]


def _qualified(frame: FrameType) -> str:
    package, name = package_of(frame.f_code.co_filename), frame.f_code.co_qualname
    return f"{package}.{name}" if package else name


Tracker = Callable[[Entries, Patches], None]


def after(done: Callable[[Any], None]) -> Make:
    """Makes a method that calls `done(self)` when the method has done its work."""

    def make(original: Any) -> Any:
        def method(thing: Any, *args: Any, **kwargs: Any) -> Any:
            result = original(thing, *args, **kwargs)
            done(thing)
            return result

        return wrap(original, method, binds=True)

    return make


def closing(entries: Entries) -> Make:
    """Makes a method, coroutine or not, after which its object counts as closed."""

    def make(original: Any) -> Any:
        @functools.wraps(original)
        def close(thing: Any, *args: Any, **kwargs: Any) -> Any:
            result = original(thing, *args, **kwargs)
            if hasattr(result, "__await__"):
                return _closed(thing, result)
            # A destructor that closes a lost object does not make it a closed one.
            if sys._getframe(1).f_code.co_name != "__del__":
                entries.close(thing)
            return result

        return close

    async def _closed(thing: Any, result: Awaitable[Any]) -> Any:
        try:
            return await result
        finally:
            entries.close(thing)

    return make
