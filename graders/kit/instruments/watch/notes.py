"""What a watch holds against the code, while it is still being found."""

from __future__ import annotations

from typing import Any

from graders.kit.instruments.source import Line
from graders.kit.instruments.watch.blocking_calls import BlockingCall
from graders.kit.record import Finding, moment

MOST = 1000
"""Findings that are kept; a program that blocks more often is no better understood by more."""

MERGED = frozenset(["file", "socket", "database"])
"""Families whose calls come in swarms: one finding for a line in a step."""


class Note:
    """One finding in the making; `seconds` is None while the call has not come back."""

    def __init__(self, family: str, call: str, line: Line | None, seconds: float | None) -> None:
        self.family = family
        self.call = call
        self.line = line
        self.seconds = seconds
        self.times = 1

    def lasted(self, seconds: float) -> None:
        self.seconds = (self.seconds or 0.0) + seconds

    def finding(self) -> Finding:
        return Finding(
            kind="blocking",
            family=self.family,
            call=self.call,
            file=self.line.file if self.line else None,
            line=self.line.line if self.line else None,
            seconds=None if self.seconds is None else moment(self.seconds),
            detail=f"{self.times} times" if self.times > 1 else "",
        )


class Notes:
    """All notes of one watch, in the order the calls began."""

    def __init__(self) -> None:
        self._notes: list[Note] = []

    def add(
        self, call: BlockingCall, line: Line, seconds: float | None, places: dict[object, Any]
    ) -> Note:
        key = (call.name, line)
        known: Note | None = places.get(key) if call.family in MERGED else None
        if known is not None:
            known.times += 1
            return known
        note = places[key] = Note(call.family, call.name, line, seconds)
        return self.keep(note)

    def keep(self, note: Note) -> Note:
        if len(self._notes) < MOST:
            self._notes.append(note)
        return note

    def findings(self) -> list[Finding]:
        return [note.finding() for note in self._notes]
