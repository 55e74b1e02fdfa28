"""The entries of a ledger: what was started, where, and how to tell that it has ended."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

from graders.kit.instruments.blocking.attribution import Attribution, skip_instruments
from graders.kit.instruments.source import Source
from graders.kit.shared.record import Finding, Line

MOST = 1000
"""Findings that are told; a program that leaks more is no better understood by more."""

OWNERS = frozenset(
    ["anyio", "asyncpg", "fastapi", "httpcore", "httpx", "starlette", "uvicorn"],
)
"""Packages that end what they start, or keep it for an object with an entry of its own."""


Started = tuple[str, Line]
"""A call that started something, and the watched line that made it."""


@dataclass(frozen=True)
class Kind:
    """How to tell of one kind of thing, from the living object."""

    family: str
    ended: Callable[[Any], bool]
    tell: Callable[[Any, str, Line], Finding]
    """Makes the finding, from the object, the call and the line that started it."""
    must_close: bool = False
    """Whether it is lost, not ended, when it is collected without having been closed."""
    may_end: bool = False
    """Whether it may end by itself, given a moment of real time."""


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
        thing = self._thing()
        if thing is None:
            return self.kind.must_close and not self.closed
        return not self.kind.ended(thing)

    def about(self, thing: object) -> bool:
        """Is this its entry? Also at the end of its life, when weak references are gone."""
        living = self._thing()
        return living is thing or (living is None and self._key == id(thing))

    def close_if(self, thing: object) -> None:
        """Note that it was closed, if it is the entry of this."""
        if self._thing() is thing:
            self.closed = True

    def finding(self) -> Finding:
        thing = self._thing()
        if thing is None:
            return leak(self.kind.family, self.call, self.line, "lost without being closed")
        return self.kind.tell(thing, self.call, self.line)


def leak(family: str, call: str, line: Line | None, detail: str) -> Finding:
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
        self._attribution = Attribution(source)
        self._entries: list[Entry] = []
        self._lost: list[Finding] = []
        self._tidy_at = MOST

    def started(
        self, call: str = "", owners: frozenset[str] = OWNERS, *, otherwise: str = ""
    ) -> Started | None:
        """What watched code is starting right now: its call, and its line; None inside of `owners`.

        The call is `call` if given, else the function that the line called;
        `otherwise`, where that is the very function that was replaced.
        """
        below: FrameType | None = None
        frame = skip_instruments(sys._getframe(1))
        while frame is not None:
            filename = frame.f_code.co_filename
            line = self.source.frame(frame) if self.source.owns(filename) else None
            if line is not None:
                return call or (self._name(below) if below else otherwise), line
            if self._attribution.package(filename) in owners:
                return None
            below, frame = frame, skip_instruments(frame.f_back)
        return None

    def _name(self, frame: FrameType) -> str:
        package = self._attribution.package(frame.f_code.co_filename)
        name = frame.f_code.co_qualname
        return f"{package}.{name}" if package else name

    def add(self, kind: Kind, thing: Any, started: Started | None) -> None:
        """Enter `thing`, if it was watched code that started it."""
        if started is None:
            return
        if len(self._entries) > self._tidy_at:
            self._tidy_at = MOST + 2 * len(self.open())
        self._entries.append(Entry(kind, *started, thing))

    def about(self, thing: object) -> Entry | None:
        """The youngest entry of `thing`."""
        return next((entry for entry in reversed(self._entries) if entry.about(thing)), None)

    def close(self, thing: object) -> None:
        for entry in self._entries:
            entry.close_if(thing)

    def forget(self, thing: object) -> None:
        """Take out the entry of `thing`, if it has one."""
        self._entries = [entry for entry in self._entries if not entry.about(thing)]

    def open(self) -> list[Entry]:
        self._entries = [entry for entry in self._entries if entry.open]
        return self._entries

    def lose(self, finding: Finding) -> None:
        """Something that is lost for good, whatever happens later."""
        if len(self._lost) < MOST:
            self._lost.append(finding)

    def findings(self) -> list[Finding]:
        return [*(entry.finding() for entry in self.open()[:MOST]), *self._lost]
