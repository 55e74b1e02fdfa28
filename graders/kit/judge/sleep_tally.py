"""What the samples of a child's loop add up to, and what of it counts as blocking.

On a virtual clock an honest loop sleeps in its selector, and for a moment in a lock
when its threads are many. What counts, therefore:
- sleeping, sockets, pipes, processes and the like: from `ASLEEP` on, all of them together;
- a lock with a time-out: from `LOCKED` on, in one go, since the clock's own gates are such;
- a lock without one: never. Whoever holds it may wait for a processor as long as a
  busy machine likes, or import a module;
- waiting for a disk: never. Nobody sleeps that way on purpose, and a cold one is slow;
- standing still because somebody has stopped the process: never;
- writing to the judge or to the terminal: never. It is the judge who is slow to read.
"""

from __future__ import annotations

from dataclasses import dataclass

from graders.kit.shared.kernel import SELECTORS, ThreadState
from graders.kit.shared.record import Finding

ASLEEP = 0.05
"""Real seconds of sleep in one scenario that are blocking. Honest children: none at all."""

LOCKED = 1.0
"""Real seconds in one lock with a time-out that are blocking. Honest children, four to a
processor: 0.005."""

COMPUTED = 0.5
"""Seconds of processor time beside the steps of the loop that are too many: making the loop,
the instruments and the record takes a tenth of a second."""

OUTPUT_FDS = frozenset([1, 2, 3])
"""Where a child prints, and where it talks to the judge."""

DETAIL = (
    "seen from outside: the thread of the loop slept in the kernel, and the record does not say so"
)

UNREPORTED = "seen from outside: the thread of the loop computed, and the record does not say so"


@dataclass
class SleepTime:
    """One thread's waits in one system call, as far as they are proven. Real seconds."""

    family: str
    call: str
    total: float = 0.0
    longest: float = 0.0


class SleepTally:
    """What the samples of one thread add up to. Their times are seconds of one clock."""

    def __init__(self) -> None:
        self.slept: dict[tuple[str, bool], SleepTime] = {}
        """By system call, and whether it had a time-out."""
        self._first: ThreadState | None = None
        self._last: ThreadState | None = None
        self._since = self._until = 0.0

    def repeats(self, state: ThreadState) -> bool:
        """Has the thread slept since the last sample?"""
        return state.waits and state == self._last

    def add(self, state: ThreadState, began: float, ended: float, *, exempt: bool = False) -> None:
        """One more sample, with its times: the thread was there at some moment in between."""
        if self._first is None:
            self._first = state
        if exempt or not self.repeats(state):
            self._last, self._since, self._until = state, ended, ended
            return
        slept = self.slept.setdefault(
            (state.call, state.timed), SleepTime(state.family, state.call)
        )
        slept.total += began - self._until
        slept.longest = max(slept.longest, began - self._since)
        self._until = began

    @property
    def computed(self) -> float:
        """Seconds of processor time between the first sample and the last."""
        if self._first is None or self._last is None:
            return 0.0
        return (self._last.ran - self._first.ran) / 1e9

    def finding(self) -> Finding | None:
        """What held the loop longest, if it is enough."""
        held = [(slept.total, slept) for slept in self.slept.values() if slept.call != "futex"]
        if sum(seconds for seconds, _ in held) < ASLEEP:
            locked = self.slept.get(("futex", True))
            if locked is None or locked.longest < LOCKED:
                return None
            held = [(locked.longest, locked)]
        seconds, slept = max(held, key=lambda one: one[0])
        return Finding(
            "blocking", slept.family, slept.call, seconds=round(seconds, 3), detail=DETAIL
        )

    def hidden(self, spent: float) -> Finding | None:
        """What the thread computed and the child does not report; None if that is too little.

        `spent` is what the child says that the steps of its loop took, in seconds.
        """
        hidden = self.computed - spent
        if hidden <= COMPUTED:
            return None
        return Finding("blocking", "cpu", "computing", seconds=round(hidden, 3), detail=UNREPORTED)


def counts(state: ThreadState) -> bool:
    """Is this a wait that an honest loop does not make?"""
    if state.writes_to(OUTPUT_FDS):
        return False
    # A call that goes on after the process was stopped: of what kind it is, nobody can tell.
    return state.call not in SELECTORS and state.call != "restart_syscall"
