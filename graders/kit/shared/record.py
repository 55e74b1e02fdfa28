"""The record of one scenario: plain data that both sides of the process boundary share.

The child fills it, the judge reads it, a file keeps it. `codec` takes it across, field by field
as these classes are annotated: a new field is written here, and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Literal

from graders.kit.shared.calls import Call, Calls
from graders.kit.shared.plain import ExceptionData, Plain
from graders.kit.shared.views import DatabaseView, LogsView, ResourcesView, UpstreamView


@dataclass(frozen=True)
class Line:
    """A place in the watched code: `file` relative to its folder, `line` from 1."""

    file: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Finding:
    """What an instrument holds against the code, and where.

    `kind` is `blocking` or `leak`; `family` narrows it (`sleep`, `file`,
    `task`, `client`, ...); `seconds` is how long, where that means anything.
    """

    kind: str
    family: str
    call: str
    file: str | None = None
    line: int | None = None
    seconds: float | None = None
    detail: str = ""
    step: int | None = None
    """On which step of the event loop, counted from 1."""
    held_up: int | None = None
    """How many others were ready meanwhile, and had to wait."""

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}" if self.file else "somewhere below your code"

    @property
    def circumstances(self) -> str:
        """Such as "k110.py:7, while 1 other had to wait"."""
        others = "1 other" if self.held_up == 1 else f"{self.held_up} others"
        return self.where + (f", while {others} had to wait" if self.held_up else "")

    def __str__(self) -> str:
        """Such as "time.sleep held the event loop for 60 s"."""
        if self.kind != "blocking":
            return f"`{self.call}`: {self.detail or self.family}"
        long = "" if self.seconds is None else f" for {self.seconds:.3g} s"
        return f"{self.call} held the event loop{long}"


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


Outcome = Literal["done", "raised", "unusable", "timeout", "fault"]
"""How a scenario ended. `done`: it came to its end. `raised`: an exception came out of it.
`unusable`: the submission is not there, not finished, or not as the kata asks. `timeout`: it would
never have ended. `fault`: the kit itself broke down, and nothing is known of the submission."""


@dataclass
class Record:
    """What one scenario saw, and how it ended. Times are seconds on its clock, from 0."""

    scenario: str
    outcome: Outcome = "done"
    message: str = ""
    """What went wrong, in a sentence; empty when it is `done`."""
    line: int | None = None
    """Of the submission: where it went wrong."""
    error: ExceptionData | None = None
    """The exception that came out of the scenario; then the outcome is `raised`."""
    tampered: bool = False
    """No accident explains what the child sent or did."""
    inputs: Plain = field(default_factory=SimpleNamespace)
    """The drawn inputs, by name; filled in by the judge."""
    result: Plain = None
    elapsed: float = 0.0
    all_calls: list[Call] = field(default_factory=list)
    blocking: list[Finding] = field(default_factory=list)
    leaks: list[Finding] = field(default_factory=list)
    extras: Plain = field(default_factory=dict)
    """What further instruments saw, by instrument."""
    lines: dict[str, int] = field(default_factory=dict)
    """Where each function of the submission that was used is defined."""
    notes: list[str] = field(default_factory=list)
    spent: float = 0.0
    """Seconds of processor time in the steps of the event loop, by the child's own count."""
    timeline: list[Lane] = field(default_factory=list)
    """What each task did, from when to when."""
    output: str = ""
    """What was printed; filled in by the judge."""

    def calls(self, name: str) -> Calls:
        return Calls(call for call in self.all_calls if call.name == name)

    def __getattr__(self, name: str) -> Any:
        """`seen.took` is `seen.result["took"]`, where the scenario returned a dict."""
        result = self.__dict__.get("result")
        if name.startswith("_") or not isinstance(result, dict):
            raise AttributeError(f"a record has no {name!r}, and its result is no dict")
        if name not in result:
            raise AttributeError(
                f"the result has no {name!r}: it has {', '.join(map(str, result))}"
            )
        return result[name]

    def assert_free(self) -> None:
        """Raises AssertionError if something blocked the event loop: what, where, for how long,
        and who had to wait."""
        __tracebackhide__ = True
        for found in self.blocking[:1]:
            raise AssertionError(f"{found} ({found.circumstances})")

    def assert_nothing_left(self, *kinds: str) -> None:
        """Raises AssertionError if something was left behind; `kinds` are the families of leaks
        that count (`task`, `client`, `connection`, ...), all of them if none is given."""
        __tracebackhide__ = True
        for found in self.leaks:
            if not kinds or found.family in kinds:
                raise AssertionError(f"{found} ({found.circumstances})")

    @property
    def upstream(self) -> UpstreamView:
        """What the fake HTTP service saw; like each of these, where the scenario asks for it."""
        return UpstreamView(**self._saw("upstream"))

    @property
    def database(self) -> DatabaseView:
        """What the database saw."""
        return DatabaseView.of(self._saw("database"))

    @property
    def logs(self) -> LogsView:
        """What was logged."""
        return LogsView(self._saw("logs"))

    @property
    def resources(self) -> ResourcesView:
        """What became of the resources."""
        return ResourcesView(self._saw("resources"))

    def _saw(self, name: str) -> Any:
        if name not in self.extras:
            raise LookupError(f"{self.scenario} has no parameter `{name}`: its record has none")
        return self.extras[name]

    @property
    def findings(self) -> list[Finding]:
        return [*self.blocking, *self.leaks]

    @property
    def inconclusive(self) -> bool:
        """Did code of the grader raise? The submission may be to blame, or the grader: the
        reference will tell."""
        return self.outcome == "raised" and self.error is not None and self.line is None


def moment(seconds: float) -> float:
    """A time to the nanosecond, so that ten tenths of a second are one second."""
    return round(seconds, 9)
