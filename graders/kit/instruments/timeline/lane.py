"""What a timeline knows of one task, or of one callback that held the loop."""

from __future__ import annotations

from dataclasses import dataclass, field

from graders.kit.shared.record import Line, moment

RUNS, WAITS, READY = "runs", "waits", "ready"
"""It computes or blocks, and holds the loop. It waits, and lets others run. It could go on, but
another task or callback holds the loop."""


@dataclass
class Span:
    """A part of a lane. Times are seconds on the timeline's clock."""

    state: str
    start: float
    end: float
    line: Line | None = None
    """The watched line on which it waits, or holds the loop, if a detector found that line."""
    call: str = ""
    """The blocking call, if a detector found it."""

    @property
    def seconds(self) -> float:
        """How long it lasted, in seconds."""
        return moment(self.end - self.start)


@dataclass
class Lane:
    """A task from its creation to its end, `ended` None and `outcome` "pending" before that."""

    name: str
    started: float
    watched: bool = True
    """Is its coroutine watched code? Others get a lane as well, if watched code waits in them."""
    spans: list[Span] = field(default_factory=list)
    ended: float | None = None
    outcome: str = "pending"
    """`returned`, `raised`, `cancelled` or `pending`."""

    def seconds(self, state: str) -> float:
        """Seconds it spent in a state (`runs`, `waits`, `ready`), all together."""
        return moment(sum(span.end - span.start for span in self.spans if span.state == state))

    def add(self, span: Span) -> None:
        """Append a span, or extend the last one: one wait may consist of many short ones."""
        last = self.spans[-1] if self.spans else None
        if last is not None and (last.state, last.line, last.call) == (
            span.state,
            span.line,
            span.call,
        ):
            last.end = span.end
        else:
            self.spans.append(span)
