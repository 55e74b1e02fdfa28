"""Where a loop's thread stands, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
    call: Any = None
    """The note of the grey call that it is in, if it is in one."""
    banked: int = 0
    """Nanoseconds it had slept there before, in the same step."""
    until: int | None = None
    """When that call came back, if it has: what the thread slept later it slept elsewhere."""
    owed: int = 0
    """Nanoseconds of sleep since `since` that are another call's."""

    @classmethod
    def idle(cls, thread: int, sight: Sight) -> Stand:
        """In no step."""
        return cls(thread, None, 0, None, sight, sight)

    @property
    def key(self) -> object:
        """Sleep adds up at one place of the code, in one call."""
        return (self.at.watched if self.at else None, self.call)

    @property
    def slept(self) -> int:
        """What the step has slept before at the same place."""
        return self.step.seen.asleep.get(self.key, 0) if self.step else 0
