"""What a timeline knows of one task, or of one callback that held the loop."""

from __future__ import annotations

from dataclasses import dataclass, field

from graders.kit.shared.record import Line, moment

RUNS, WAITS, READY = "runs", "waits", "ready"
"""It computes or blocks, and holds the loop. It waits for something, and lets others run. It
could go on, but somebody else holds the loop."""


@dataclass
class Span:
    """A part of a lane. Times are seconds on the timeline's clock."""

    state: str
    start: float
    end: float
    line: Line | None = None
    """The watched line it waits in, or holds the loop in as far as a watch has found out."""
    call: str = ""
    """What it holds the loop with, by the same watch."""

    @property
    def seconds(self) -> float:
        return moment(self.end - self.start)


@dataclass
class Lane:
    """A task from its creation to its end, `ended` None and `outcome` "pending" before that."""

    name: str
    started: float
    watched: bool = True
    """Is its coroutine watched code? Others have a lane as well, if watched code waits in them."""
    spans: list[Span] = field(default_factory=list)
    ended: float | None = None
    outcome: str = "pending"
    """`returned`, `raised`, `cancelled` or `pending`."""

    def seconds(self, state: str) -> float:
        """How long it was in a state (`runs`, `waits`, `ready`), all in all."""
        return moment(sum(span.end - span.start for span in self.spans if span.state == state))

    def add(self, span: Span) -> None:
        """After the last one, or as more of it: one wait may be many short ones."""
        last = self.spans[-1] if self.spans else None
        if last is not None and (last.state, last.line, last.call) == (
            span.state,
            span.line,
            span.call,
        ):
            last.end = span.end
        else:
            self.spans.append(span)
