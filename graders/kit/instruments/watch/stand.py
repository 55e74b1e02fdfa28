"""Where a loop's thread stands, and since when."""

from __future__ import annotations

from dataclasses import dataclass

from graders.kit.instruments.watch.rest import Sight
from graders.kit.instruments.watch.standing import Standing
from graders.kit.instruments.watch.step import Step


@dataclass
class Stand:
    """A loop's thread stands somewhere, since some sight."""

    thread: int
    step: Step | None
    excuses: int
    at: Standing | None
    since: Sight
    last: Sight
    banked: int = 0
    """Nanoseconds it had slept there before, in the same step."""

    @classmethod
    def idle(cls, thread: int, sight: Sight) -> Stand:
        """In no step."""
        return cls(thread, None, 0, None, sight, sight)

    @property
    def slept(self) -> int:
        """What the step has slept before at the same place."""
        watched = self.at.watched if self.at else None
        return self.step.seen.asleep.get(watched, 0) if self.step else 0
