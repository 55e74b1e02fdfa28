"""What a detector has found, while it is still being found out."""

from __future__ import annotations

from graders.kit.instruments.blocking.stacks import CallSite
from graders.kit.instruments.blocking.steps import Step, real_ns
from graders.kit.shared.record import Finding, Line, moment

MOST_FINDINGS = 1000
"""How many are kept: a program that blocks more often is not understood better by more of them."""

MERGED_FAMILIES = frozenset(["file", "socket", "database", "dns"])
"""Families whose calls come in great numbers: all of one line in one step become one finding."""

MINOR_LIMIT = 16
"""A minor call is blocking when what it cost adds up to so much, in one step on one line:
64 KiB, or sixteen calls (see `calls.cost`)."""


class PendingFinding:
    """A finding whose numbers still grow. It is `blocking`, or a `note` while it is minor."""

    def __init__(
        self,
        family: str,
        call: str,
        line: Line,
        step: Step | None,
        *,
        kind: str = "blocking",
        seconds: float | None = None,
        detail: str = "",
    ) -> None:
        self.kind = kind
        self.family = family
        self.call = call
        self.line = line
        self.step = step
        self.seconds = seconds
        """How long its calls took by the program's clock; None while the first one runs."""
        self.detail = detail
        self.times = 1
        """How many calls it stands for."""
        self.cpu_seconds = 0.0
        """Processor time of minor calls, which the step is charged with as well."""
        self.returned: int | None = None
        """When the last minor call returned, by `real_ns`; None while one is under way."""
        self._cost = 0
        self._called = 0
        self._real_seconds = 0.0
        self._slept_in_calls = 0.0
        self._slept_on_line = 0.0
        self.held_up: int | None = None
        """How many others had to wait, when the finding was last updated."""
        self._update_held_up()

    # --- intercepted calls -------------------------------------------------------------

    def lasted(self, seconds: float) -> None:
        """Add the duration of a call that has returned."""
        self.seconds = (self.seconds or 0.0) + seconds
        self._update_held_up()

    def begin_minor_call(self) -> None:
        """A minor call begins; until `end_minor_call` the thread sleeps for this finding."""
        self._called = real_ns()
        self.returned = None

    def end_minor_call(self) -> None:
        """The minor call has returned, or raised."""
        self.returned = real_ns()
        self._real_seconds += (self.returned - self._called) / 1e9

    def add_cost(self, cost: int, cpu_seconds: float) -> None:
        """Add what a minor call cost. With `MINOR_LIMIT` in one step it is not minor any more."""
        self._cost += cost
        if self._cost >= MINOR_LIMIT:
            self.kind = "blocking"
        else:
            self.cpu_seconds += cpu_seconds

    # --- what the watchdog saw ---------------------------------------------------------

    def slept_in_calls(self, seconds: float) -> None:
        """The thread has slept for `seconds` in all inside the calls of this finding."""
        self.kind = "blocking"
        self._slept_in_calls = seconds
        self._update_held_up()

    def slept_on_line(self, seconds: float) -> None:
        """The thread has slept for `seconds` in all on this line, in calls that nobody knows."""
        self.kind = "blocking"
        self._slept_on_line = seconds
        self._update_held_up()

    def _update_held_up(self) -> None:
        # Each time again, because more may have become ready meanwhile.
        self.held_up = self.step.held_up() if self.step else None

    # --- the result ---------------------------------------------------------------------

    def finding(self) -> Finding:
        """The finding as it is now, as plain data."""
        # The samples of the watchdog do not lie exactly at the begin of a call, so it may have
        # added a little sleep from before. But a call cannot have slept for longer than it took.
        in_calls = self._slept_in_calls
        if self.returned is not None:
            in_calls = min(in_calls, self._real_seconds)
        slept = max(self._slept_on_line, in_calls)
        seconds: float | None = None
        if self.seconds is not None or slept:
            # On a virtual clock a call may take no time at all, and sleep nevertheless.
            seconds = moment(max(self.seconds or 0.0, slept))
        return Finding(
            kind=self.kind,
            family=self.family,
            call=self.call,
            file=self.line.file,
            line=self.line.line,
            seconds=seconds,
            detail=f"{self.times} times" if self.times > 1 else self.detail,
            step=self.step.number if self.step else None,
            held_up=self.held_up,
        )


class Findings:
    """All findings of one detector, in the order in which the calls began."""

    def __init__(self) -> None:
        self._pending: list[PendingFinding] = []
        self._busy: dict[Line, PendingFinding] = {}

    def of_kind(self, kind: str) -> list[Finding]:
        """The findings so far that are `blocking`, or those that are a `note`."""
        return [pending.finding() for pending in self._pending if pending.kind == kind]

    def add_call(
        self, family: str, call: str, line: Line, step: Step | None, *, kind: str = "blocking"
    ) -> PendingFinding:
        """A call begins. Returns its finding: for some families, that of earlier calls too."""
        known: PendingFinding | None = step.observed.findings.get((call, line)) if step else None
        if known is not None and family in MERGED_FAMILIES:
            known.times += 1
            if kind == "blocking":
                known.kind = kind
            return known
        pending = PendingFinding(family, call, line, step, kind=kind)
        if step:
            step.observed.findings[call, line] = pending
        return self._keep(pending)

    def add_short_waits(
        self, family: str, call: str, line: Line, seconds: float, step: Step | None
    ) -> None:
        """Short waits of one step have become a long one; `seconds` is what they took in all."""
        known = self._of_line(step, line) if step else []
        pending = known[0] if known else self.add_call(family, call, line, step)
        pending.seconds = seconds

    def add_sleep(
        self, step: Step, site: CallSite, family: str, seconds: float, call: PendingFinding | None
    ) -> None:
        """A step has slept at a call site for `seconds` in all; again, with more, as it goes on.

        `call` is the finding of the intercepted minor call in which it slept, if it was one.
        """
        if call is not None:
            call.slept_in_calls(seconds)
            return
        known = self._of_line(step, site.line)
        if known:
            known[-1].slept_on_line(seconds)
        else:
            pending = self._keep(PendingFinding(family, site.call, site.line, step))
            pending.slept_on_line(seconds)

    def add_cpu(self, step: Step, line: Line, seconds: float, work: str) -> None:
        """A step has burned `seconds` of processor time, most of it on this line.

        `work` describes it as an amount of work. If most was burned inside a minor call of that
        line, that call is blocking; otherwise there is a finding of the family `cpu`.
        """
        for pending in self._of_line(step, line):
            if pending.cpu_seconds > seconds / 2:
                pending.kind, pending.detail = "blocking", work
                return
        self._keep(PendingFinding("cpu", line.function, line, step, seconds=seconds, detail=work))

    def add_busy_step(self, line: Line, seconds: float, enough: float) -> None:
        """A step has burned `seconds`, less than its limit, most of it on this line.

        That is a note once such steps have burned `enough` seconds together.
        """
        busy = self._busy.get(line)
        if busy is None:
            busy = self._busy[line] = PendingFinding("cpu", line.function, line, None, kind="note")
            busy.times = 0
        before, busy.times = busy.seconds or 0.0, busy.times + 1
        busy.seconds = before + seconds
        if before <= enough < busy.seconds:
            self._keep(busy)

    def _of_line(self, step: Step, line: Line) -> list[PendingFinding]:
        # Compared as text, file and number: to a reader one line is one line, though it may hold
        # several functions (lambdas, comprehensions).
        return [p for p in self._pending if p.step is step and str(p.line) == str(line)]

    def _keep(self, pending: PendingFinding) -> PendingFinding:
        if len(self._pending) < MOST_FINDINGS:
            self._pending.append(pending)
        return pending
