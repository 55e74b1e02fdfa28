"""Participants: whose running keeps a virtual clock from moving, and what they wait on."""

from __future__ import annotations

from _thread import allocate_lock, get_ident
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any, Protocol

from graders.kit.instruments.clock.time_dispatch import ThreadClock

READS = 100_000
"""How often a thread may read the time between two waits before we call it a busy wait."""
TICK = 0.001
"""Virtual seconds that each further read takes, so that a busy wait comes to an end."""


class Loop(Protocol):
    """What the schedule has to know of an event loop that waits."""

    @property
    def blocked(self) -> bool:
        """Does the loop's own thread wait somewhere outside the loop?"""

    def pending(self) -> bool:
        """Is there anything to do without time passing?"""

    def wake(self) -> None:
        """Let the loop return from its selector. May be called on any thread."""


class Scheduler(Protocol):
    """What a participant has to know of the schedule that it belongs to."""

    now: float
    epoch: float
    by_thread: dict[int, ThreadClock]
    orders: Iterator[int]
    """Each number is higher than all before it."""

    def on_thread(self, thread: int | None = None) -> Participant | None:
        """The participant that runs on a thread."""

    def block(self, waiter: Waiter) -> bool:
        """Block this thread until the waiter is woken."""

    def release(self, waiter: Waiter) -> None:
        """Wake a waiter before its deadline."""


class Participant:
    """A thread that takes part in virtual time, or a job handed to a worker thread.

    The clock does not move while one of them can still run. `pool` is the executor whose
    number of workers limits how many of its jobs run at once.
    """

    def __init__(self, schedule: Scheduler, name: str, pool: Any = None) -> None:
        self.schedule = schedule
        self.name = name
        self.pool = pool
        self.order = next(schedule.orders)
        self.thread: int | None = None
        self.waiter: Waiter | None = None
        """What it waits on in virtual time, or None while it runs."""
        self.given_up = False
        """It kept the clock for longer than the clock's patience: ignored until it moves."""
        self.starting_thread = False
        """It is starting a thread right now, which is work and no wait."""
        self.reads = 0

    @property
    def active(self) -> bool:
        """Can it still do something before time goes on?"""
        if self.given_up or self.waiter is None:
            return not self.given_up
        return self.waiter.joined is not None and not self._stands_still(self.waiter.joined)

    def _stands_still(self, thread: Thread) -> bool:
        # A thread that joins another is as active as that one is. A worker thread between
        # two jobs is no participant, but it is about to end, or nobody would join it.
        seen: set[Participant] = {self}
        while (other := self.schedule.on_thread(thread.ident or 0)) is not None and other.waiter:
            if other in seen or other.waiter.joined is None:
                return True
            seen.add(other)
            thread = other.waiter.joined
        return other is not None and other.given_up

    @contextmanager
    def here(self) -> Iterator[None]:
        """This thread is the participant for as long as the block runs."""
        by_thread, self.thread = self.schedule.by_thread, get_ident()
        before = by_thread.get(self.thread)
        by_thread[self.thread] = self
        try:
            yield
        finally:
            if before is None:
                by_thread.pop(self.thread, None)
            else:
                by_thread[self.thread] = before
            self.thread = None

    # --- the functions of `time`, as this thread sees them ---------------------------------

    def read(self) -> float:
        """The virtual time, in seconds. Very many reads without a wait begin to take time."""
        self.reads += 1
        if self.reads > READS:
            self.sleep(TICK)
            self.reads = READS
        return self.schedule.now

    def date(self) -> float:
        """Virtual seconds since 1970."""
        return self.schedule.epoch + self.read()

    def sleep(self, seconds: float) -> None:
        """Block this thread for virtual `seconds`. Raises ValueError if they are negative."""
        seconds = seconds + 0.0
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        if seconds:
            self.schedule.block(Waiter(self, self.schedule.now + seconds))


class Waiter:
    """One wait of one participant: until `release`, or until the clock reaches `deadline`.

    `threading.Condition` makes a lock for each wait, and acquires it twice: the second
    `acquire` is the wait. A waiter can take the place of that lock.
    """

    def __init__(
        self,
        participant: Participant,
        deadline: float | None = None,
        *,
        loop: Loop | None = None,
        joined: Thread | None = None,
    ) -> None:
        self.participant = participant
        self.deadline = deadline
        self.loop = loop
        """The event loop that waits here. It may be woken for other reasons as well."""
        self.joined = joined
        """The thread whose end is waited for."""
        self.woken = False
        self.released = False
        self.error: Exception | None = None
        self.lock = allocate_lock()
        self.lock.acquire()
        self._acquired = False

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """The first time: True at once. The second time: wait; False after `timeout` seconds."""
        if not self._acquired:
            self._acquired = True
            return True
        if not blocking:
            return self.released
        if timeout >= 0:
            self.deadline = self.participant.schedule.now + timeout
        return self.participant.schedule.block(self)

    def release(self) -> None:
        """Wake who waits. Raises RuntimeError if that has happened already."""
        self.participant.schedule.release(self)

    def wake(self) -> None:
        """Let the thread go on that is blocked here, or the loop that is in its selector."""
        if self.loop is None:
            self.lock.release()
        elif self.participant.thread != get_ident():
            self.loop.wake()


class ExternalWork:
    """Real work outside our threads: the clock does not move before it has ended.

    Its result comes in through `loop`, if it has one. While that loop's own thread is
    blocked, nobody can receive the result, so the work does not keep the clock.
    `ended` says whether it is over, for work whose end is not reported to the schedule. If
    no event of a loop comes with that end either, it has to be `polled` for.
    """

    def __init__(
        self,
        loop: Loop | None,
        ended: Callable[[], bool] | None = None,
        *,
        polled: bool = False,
    ) -> None:
        self.loop = loop
        self.polled = polled
        self._ended = ended
        self.given_up = False
        """It took longer than the clock's patience: ignored from now on."""

    @property
    def ended(self) -> bool:
        """Is it over, as far as `ended` says?"""
        return self._ended is not None and self._ended()

    @property
    def active(self) -> bool:
        """Does it keep the clock from moving?"""
        blocked = self.loop is not None and self.loop.blocked
        return not (self.given_up or self.ended or blocked)
