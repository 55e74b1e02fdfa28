"""What a watch holds against the code, while it is still being found."""

from __future__ import annotations

from typing import Any

from graders.kit.instruments.watch.blocking_calls import BlockingCall
from graders.kit.instruments.watch.grey import ENOUGH
from graders.kit.instruments.watch.standing import Place
from graders.kit.instruments.watch.step import Step, real_ns
from graders.kit.shared.record import Finding, Line, moment

MOST = 1000
"""Findings that are kept; a program that blocks more often is no better understood by more."""

MERGED = frozenset(["file", "socket", "database", "dns"])
"""Families whose calls come in swarms: one finding for a line in a step."""


class Note:
    """One finding in the making; `seconds` is None while the call has not come back."""

    def __init__(
        self,
        family: str,
        call: str,
        line: Line,
        step: Step | None,
        *,
        seconds: float | None = None,
        detail: str = "",
    ) -> None:
        self.kind = "blocking"
        """Or `note`, for grey calls that have not done much."""
        self.family = family
        self.call = call
        self.line = line
        self.seconds = seconds
        self.detail = detail
        self.times = 1
        self.burnt = 0.0
        """Seconds of processor time of a grey call: the step is charged with them as well."""
        self.ended: int | None = None
        """When the last grey call came back, by `real_ns`; None while one is under way."""
        self._weight = 0
        self._slept = 0.0
        self._slept_within = 0.0
        self._real = 0.0
        self.step = step
        self.held_up: int | None = None
        self._count_others()

    def weigh(self, weight: int, burnt: float) -> None:
        """Add to what a grey call did in this step."""
        self._weight += weight
        if self._weight >= ENOUGH:
            self.kind = "blocking"
        else:
            self.burnt += burnt

    def lasted(self, seconds: float) -> None:
        self.seconds = (self.seconds or 0.0) + seconds
        self._count_others()

    def begins(self) -> None:
        """A grey call begins."""
        self.ended = None

    def ends(self, began: int) -> None:
        """It came back; it `began` at that time of `real_ns`."""
        self.ended = real_ns()
        self._real += (self.ended - began) / 1e9

    def slept(self, seconds: float, *, within: bool) -> None:
        """The thread was seen to sleep here for so long, all in all: no small matter.

        `within` a grey call, or anywhere on the line.
        """
        self.kind = "blocking"
        if within:
            self._slept_within = seconds
        else:
            self._slept = seconds
        self._count_others()

    def _count_others(self) -> None:
        # Again: whoever became ready meanwhile had to wait as well.
        self.held_up = self.step.held_up() if self.step else None

    def finding(self) -> Finding:
        return Finding(
            kind=self.kind,
            family=self.family,
            call=self.call,
            file=self.line.file,
            line=self.line.line,
            seconds=self._lasting(),
            detail=f"{self.times} times" if self.times > 1 else self.detail,
            step=self.step.number if self.step else None,
            held_up=self.held_up,
        )

    def _lasting(self) -> float | None:
        # A look comes before or after a call began: it cannot have slept longer than it lasted.
        within = self._slept_within if self.ended is None else min(self._slept_within, self._real)
        if self.seconds is None and not self._slept and not within:
            return None
        return moment(max(self.seconds or 0.0, self._slept, within))


class Notes:
    """All notes of one watch, in the order the calls began."""

    def __init__(self) -> None:
        self._notes: list[Note] = []

    def add(
        self,
        call: BlockingCall,
        line: Line,
        step: Step | None,
        kind: str = "blocking",
    ) -> Note:
        places: dict[object, Any] = step.seen.places if step else {}
        key = (call.name, line)
        known: Note | None = places.get(key) if call.family in MERGED else None
        if known is not None:
            known.times += 1
            if kind == "blocking":
                known.kind = kind
            return known
        note = places[key] = Note(call.family, call.name, line, step)
        note.kind = kind
        return self.keep(note)

    def asleep(
        self, step: Step, place: Place, family: str, seconds: float, call: Note | None
    ) -> None:
        """A step slept so long at a place, in a grey `call`; again, with more, while it goes on."""
        if call is not None:
            call.slept(seconds, within=True)
            return
        known = self._known(step, place.line)
        note = known[-1] if known else self.keep(Note(family, place.call, place.line, step))
        note.slept(seconds, within=False)

    def burnt(self, step: Step, line: Line, seconds: float, work: str) -> None:
        """A step burnt so much, most of it here: in a grey call of this line, or beside it."""
        for note in self._known(step, line):
            if note.burnt > seconds / 2:
                note.kind, note.detail = "blocking", work
                return
        self.keep(Note("cpu", line.function, line, step, seconds=seconds, detail=work))

    def _known(self, step: Step, line: Line) -> list[Note]:
        """What was held against a line in this step."""
        # The file and the number: what is one line to a reader may be several functions.
        return [n for n in self._notes if n.step is step and str(n.line) == str(line)]

    def glance(self, call: BlockingCall, line: Line, seconds: float, step: Step | None) -> None:
        """Short waits that have become a long one, `seconds` together."""
        known = self._known(step, line) if step else []
        (known or [self.add(call, line, step)])[0].seconds = seconds

    def keep(self, note: Note) -> Note:
        if len(self._notes) < MOST:
            self._notes.append(note)
        return note

    def findings(self, kind: str) -> list[Finding]:
        return [note.finding() for note in self._notes if note.kind == kind]
