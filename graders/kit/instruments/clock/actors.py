"""Actors: who can keep a virtual clock from moving, and the gates at which they wait."""

from __future__ import annotations

from _thread import allocate_lock, get_ident
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graders.kit.instruments.clock.loop import VirtualLoop
    from graders.kit.instruments.clock.schedule import Schedule

READS = 100_000
"""So often may a thread read the time between two waits before we call it waiting."""
TICK = 0.001
"""Seconds that a read takes from then on: a busy wait ends instead of spinning for ever."""


class Actor:
    """A thread of the world, or a job on its way through a worker thread.

    The clock stands while one of them can still run. `pool` is the executor
    whose workers limit how many of its jobs run at once.
    """

    def __init__(self, schedule: Schedule, name: str, pool: Any = None) -> None:
        self.schedule = schedule
        self.name = name
        self.pool = pool
        self.order = schedule.next_order()
        self.thread: int | None = None
        self.gate: Gate | None = None
        """Where it waits in virtual time, or None while it runs."""
        self.forgiven = False
        """It kept the clock for longer than its patience: not counted until it moves."""
        self.rooted = False
        """It starts a thread right now, which is work and no wait."""
        self.reads = 0

    @property
    def active(self) -> bool:
        """Can it still do something before time goes on?"""
        if self.forgiven or self.gate is None:
            return not self.forgiven
        return self.gate.target is not None and not self._stands_still(self.gate.target)

    def _stands_still(self, thread: Thread) -> bool:
        # Who joins a thread does what that thread does. A worker between two jobs
        # is no actor, and is about to end, or nobody would join it.
        seen: set[Actor] = {self}
        while (other := self.schedule.on_thread(thread.ident or 0)) is not None and other.gate:
            if other in seen or other.gate.target is None:
                return True
            seen.add(other)
            thread = other.gate.target
        return other is not None and other.forgiven

    @contextmanager
    def here(self) -> Iterator[None]:
        """This thread is the actor for as long as the block runs."""
        keepers, self.thread = self.schedule.keepers, get_ident()
        before = keepers.get(self.thread)
        keepers[self.thread] = self
        try:
            yield
        finally:
            if before is None:
                keepers.pop(self.thread, None)
            else:
                keepers[self.thread] = before
            self.thread = None

    def read(self) -> float:
        self.reads += 1
        if self.reads > READS:
            self.sleep(TICK)
            self.reads = READS
        return self.schedule.now

    def date(self) -> float:
        return self.schedule.epoch + self.read()

    def sleep(self, seconds: float) -> None:
        """Seconds go by for everybody; nothing else runs on this thread meanwhile."""
        seconds = seconds + 0.0
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        if seconds:
            self.schedule.park(Gate(self, self.schedule.now + seconds))


class Gate:
    """Where one actor waits once: until `release`, or until the clock reaches `deadline`.

    To `threading.Condition` it is the lock that a waiter takes twice, so the
    second `acquire` is the wait.
    """

    def __init__(
        self,
        actor: Actor,
        deadline: float | None = None,
        *,
        loop: VirtualLoop | None = None,
        target: Thread | None = None,
    ) -> None:
        self.actor = actor
        self.deadline = deadline
        self.loop = loop
        """The event loop that waits here, and wakes for other reasons too."""
        self.target = target
        """The thread whose end is waited for."""
        self.opened = False
        self.released = False
        self.error: Exception | None = None
        self.lock = allocate_lock()
        self.lock.acquire()
        self._taken = False

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if not self._taken:
            self._taken = True
            return True
        if not blocking:
            return self.released
        if timeout >= 0:
            self.deadline = self.actor.schedule.now + timeout
        return self.actor.schedule.park(self)

    def release(self) -> None:
        self.actor.schedule.release(self)

    def wake(self) -> None:
        if self.loop is None:
            self.lock.release()
        elif self.actor.thread != get_ident():
            self.loop._write_to_self()


class Hold:
    """Real work that is no thread of ours: the clock stands until it is dropped, or `over`.

    Its answer comes in through `loop`, if it has one: while that loop's own
    thread is blocked, nobody can wait for it.
    """

    def __init__(self, loop: VirtualLoop | None, over: Callable[[], bool] | None = None) -> None:
        self.loop = loop
        self._over = over
        self.forgiven = False

    @property
    def over(self) -> bool:
        return self._over is not None and self._over()

    @property
    def active(self) -> bool:
        return not (self.forgiven or self.over or (self.loop is not None and self.loop.blocked))
