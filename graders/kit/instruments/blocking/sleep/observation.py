"""What one sample of a loop's thread told: where it was, since when, and who is responsible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from graders.kit.instruments.blocking.attribution import ASLEEP, Attribution
from graders.kit.instruments.blocking.findings import PendingFinding
from graders.kit.instruments.blocking.sleep.clock_sample import ClockSample
from graders.kit.instruments.blocking.stacks import (
    DETECTOR_FOLDER,
    CallSite,
    CodePosition,
    call_text,
    line_of,
)
from graders.kit.instruments.blocking.steps import Step
from graders.kit.shared.record import Line

FAMILY_WORDS = {
    "sleep": "sleep pause",
    "file": "flock lockf read write open sync flush load dump",
    "subprocess": "waitid waitpid wait3 wait4 communicate system popen",
    "other": "sigwait sigtimedwait",
    "socket": "connect accept recv send poll select epoll",
    "lock": "acquire wait join result get put barrier",
    "database": "execute query fetch commit cursor",
}
"""Words in the names of calls, by family: a guess, for when the kernel does not tell."""


class StackSample(NamedTuple):
    """The stack of a thread, and the watched code in it that is responsible if it sleeps."""

    stack: tuple[CodePosition, ...]
    """Innermost first; never empty."""
    watched: CodePosition | None
    """Where the responsible watched code is; None if there is none."""
    line: Line | None
    """The line of that."""

    @classmethod
    def of(cls, attribution: Attribution, stack: list[CodePosition]) -> StackSample:
        """Find the innermost watched code, unless something exempt stands above it."""
        watched, source = None, attribution.source
        for at in stack:
            if source.owns(at.code.co_filename):
                watched = at
                break
            if attribution.is_exempt(at.code.co_filename, at.code.co_name, ASLEEP):
                break
        return cls(tuple(stack), watched, line_of(source, watched) if watched else None)

    @property
    def call_site(self) -> CallSite | None:
        """The responsible line, and what it calls there."""
        if self.line is None or self.watched is None:
            return None
        return CallSite(self.line, call_text(self.watched.code, self.watched.instruction))

    @property
    def is_own_selector(self) -> bool:
        """Whether the loop waits in a selector that watched code has written: it may do so."""
        return self.watched == self.stack[-1] and self.stack[-1].code.co_name == "select"

    def guess_family(self) -> str:
        """The family of the innermost call, guessed from its name; `other` if there is no guess."""
        # A signal handler of ours may be on top: the processor timer counts the watchdog too.
        for innermost in self.stack:
            if not innermost.code.co_filename.startswith(DETECTOR_FOLDER):
                break
        name = call_text(innermost.code, innermost.instruction).rpartition(".")[2].lower()
        for family, words in FAMILY_WORDS.items():
            if any(word in name for word in words.split()):
                return family
        return "other"


@dataclass
class Observation:
    """A loop's thread at its latest sample, and the sleep that is still to be counted for it."""

    thread: int
    step: Step | None
    """None if the thread was in no step, or at the loop's own work, where it may wait."""
    exemptions: int
    """Of the step, at that time: if there have been more since, what it slept is not known."""
    at: StackSample | None
    """None if the thread was exempt."""
    since: ClockSample
    """Where counting begins."""
    last: ClockSample
    """The latest sample."""
    call: PendingFinding | None = None
    """The finding of the intercepted minor call that was under way."""
    banked: int = 0
    """Nanoseconds that the step had slept at this place before `since`."""
    until: int | None = None
    """When the call that it slept in returned, by `real_ns`; sleep after that was elsewhere."""
    owed: int = 0
    """Nanoseconds of sleep after `since` that belong to an earlier call."""

    @classmethod
    def idle(cls, thread: int, sample: ClockSample) -> Observation:
        """A thread in no step."""
        return cls(thread, None, 0, None, sample, sample)

    @property
    def place(self) -> tuple[CodePosition | None, PendingFinding | None]:
        """What sleep adds up by: where in the watched code, and in which intercepted call."""
        return (self.at.watched if self.at else None, self.call)

    @property
    def slept_before(self) -> int:
        """Nanoseconds that the step has been found to sleep at this place so far."""
        return self.step.observed.slept.get(self.place, 0) if self.step else 0
