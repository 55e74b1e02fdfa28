"""The schedule of a virtual clock: who runs, who waits, and who goes on next.

Why it is sound to jump. Virtual time is the time at which things happen, not the time that
computing takes. As long as anything can still run, it may start a timer, send a byte or
set an event that comes before every deadline known so far; so the clock must not move.
When nothing can run, the earliest deadline is the next thing that can possibly happen, in
this program and in a real one on an infinitely fast machine. Jumping there skips nothing.

Who keeps the clock from moving:

- a participant (a thread, or a job on its way through a pool) that is not in a wait we
  know. A job in the queue of a pool counts as long as one of the pool's workers is not
  waiting: it is about to start. A thread that joins another is as active as that one.
- an event loop with callbacks that are ready, or sockets that can be read.
- external work: a query, a subprocess, a job of a process pool. It takes real time and no
  virtual time, so a timeout around it never fires because the machine is slow.

Who does not: a thread or loop in a wait we know (`Waiter`), and whatever was given up.

Giving up. Some waits cannot be seen: a bare lock, a C extension, a subprocess that waits
for us, a query that waits for a lock held by the other side of the test. They look like
work, and would stop the clock for good. If nothing at all has started, ended or gone on for
`patience` real seconds, the schedule gives up on everyone who kept the clock: they are
ignored until they move again (a participant) or for good (external work). Real time decides
only this one thing, and only for programs that would otherwise hang: while a process that was
started from here runs, or queues for a processor, nobody is given up.
Where it is known beforehand that external work cannot end (a query waits for a lock that the
test itself holds), `Clock.run_on` gives up on it at once, and no real time is lost.

One at a time. Only one waiter is woken for each step of the clock, by deadline, then in the
order in which the participants came to be; the next is woken when that one waits again. Two
threads that sleep until the same second thus wake in the same order on every machine.
"""

from __future__ import annotations

import itertools
import os
from _thread import RLock, get_ident
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from graders.kit.instruments import private
from graders.kit.instruments.clock.participants import ExternalWork, Participant, Waiter
from graders.kit.instruments.clock.stuck import Stuck, Waiting
from graders.kit.instruments.clock.time_dispatch import ThreadClock
from graders.kit.shared.progress import BUSY, busy_ns

ITERATIONS = 100_000
"""Iterations of an event loop without any time passing that are called a livelock."""
POLL = 0.01
"""Real seconds after which we look again whether a process has ended."""
SLICE = 0.25
"""Real seconds after which we look again whether there is anything to poll."""

T = TypeVar("T")


class Schedule:
    """Moves `now` to the next deadline whenever nothing can run, and wakes one waiter.

    One lock guards all of it: who waits, who runs and what time it is change together. That is why
    it is one class, and a long one.

    All times are in seconds: virtual ones, except `patience`.
    """

    def __init__(
        self,
        start: float,
        horizon: float,
        patience: float,
        epoch: float,
        by_thread: dict[int, ThreadClock],
        waiting: Callable[[], Iterable[Waiting]],
    ) -> None:
        self.now = start
        self.patience = patience
        self.epoch = epoch
        """Virtual time plus this is the date, in seconds since 1970."""
        self.by_thread = by_thread
        self._horizon = horizon
        self._limit = start + horizon
        self._waiting = waiting
        self._lock = RLock()
        self.orders: Iterator[int] = itertools.count()
        self._participants: dict[Participant, None] = {}
        self._external: set[ExternalWork] = set()
        self._waiters: set[Waiter] = set()
        self.changes = 0
        """Counts everything that starts, ends, waits or goes on."""
        self._iterations = 0
        self._stopped = True
        self._stuck: Stuck | None = None

    def on_thread(self, thread: int | None = None) -> Participant | None:
        """The participant of this clock on a thread; without an argument, on this thread."""
        found = self.by_thread.get(get_ident() if thread is None else thread)
        return found if isinstance(found, Participant) and found.schedule is self else None

    # --- who keeps the clock from moving --------------------------------------------------

    def add(self, participant: Participant) -> None:
        """From now on the clock does not move while this participant can run."""
        with self._lock:
            self._participants[participant] = None
            self.changes += 1

    def remove(self, participant: Participant) -> None:
        """A participant has ended."""
        with self._lock:
            self._participants.pop(participant, None)
            self.changes += 1
            self._advance()

    def begin(self, work: ExternalWork) -> None:
        """External work has begun: the clock does not move before it has ended."""
        with self._lock:
            self._external.add(work)
            self.changes += 1

    def end(self, work: ExternalWork) -> None:
        """External work has ended."""
        with self._lock:
            self._external.discard(work)
            self.changes += 1
            self._advance()

    def ignore_external(self) -> int:
        """Give up on all external work that is under way now. Returns how much that was."""
        with self._lock:
            ignored = [work for work in self._external if work.active]
            for work in ignored:
                work.given_up = True
            self.changes += 1
            self._advance()
            return len(ignored)

    def blocked(self) -> list[Participant]:
        """The participants that wait outside an event loop."""
        with self._lock:
            return [one for one in self._participants if one.waiter and not one.waiter.loop]

    def _busy(self) -> bool:
        self._external = {work for work in self._external if not work.ended}
        if any(work.active for work in self._external):
            return True
        pools: defaultdict[Any, list[bool]] = defaultdict(list)
        for one in self._participants:
            if one.pool is not None:
                pools[one.pool].append(one.active)
            elif one.active:
                return True
        return any(_can_run(pool, jobs) for pool, jobs in pools.items()) or any(
            waiter.loop.pending() for waiter in self._waiters if waiter.loop
        )

    # --- waiting --------------------------------------------------------------------------

    def wait(self, waiter: Waiter) -> None:
        """The participant waits from now on. The last one to do so moves the clock."""
        with self._lock:
            if waiter.woken:
                return
            waiter.participant.waiter = waiter
            self._waiters.add(waiter)
            self.changes += 1
            self._advance()

    def block(self, waiter: Waiter) -> bool:
        """Block this thread. Returns True when it is released, False at its deadline.

        Raises `Stuck` in the thread that entered the clock, when nobody can go on.
        """
        if self._stopped:
            seconds = -1 if waiter.deadline is None else max(waiter.deadline - self.now, 0)
            waiter.lock.acquire(timeout=seconds)
            return waiter.released
        self.wait(waiter)
        self.wait_really(lambda seconds: waiter.lock.acquire(timeout=seconds))
        if waiter.error is not None:
            raise waiter.error
        return waiter.released

    def wait_really(self, wait: Callable[[float], T]) -> T:
        """Call `wait(seconds)`, which waits in real time, until it returns something true.

        In between, look whether work has ended that nobody reports the end of, and give up
        on whatever keeps the clock when `patience` is over.
        """
        changes, left, worked = self.changes, self.patience, None
        looked = False
        while True:
            pause = min(left, self.patience / 2, POLL if self._poll() else SLICE)
            if result := wait(pause):
                return result
            if not looked:  # not before each wait: most are over by now
                worked, looked = busy_ns(os.getpid(), itself=False), True
            left -= pause
            if left <= 0:
                before, worked = worked, busy_ns(os.getpid(), itself=False)
                if not _at_work(before, worked, self.patience):
                    changes = self._give_up(changes)
                left = self.patience

    def _poll(self) -> bool:
        """Is there work whose end has to be polled for? Moves the clock if some has ended."""
        with self._lock:
            polled = [work for work in self._external if work.polled and not work.given_up]
            if any(work.ended for work in polled):
                self.changes += 1
                self._advance()
            return bool(polled)

    def go_on(self, waiter: Waiter) -> None:
        """An event loop stops waiting, because it has found something to do."""
        with self._lock:
            if not waiter.woken:
                self._wake(waiter)
        if waiter.error is not None:
            raise waiter.error

    def release(self, waiter: Waiter) -> None:
        """Wake a waiter before its deadline. Raises RuntimeError if it is awake already."""
        with self._lock:
            if waiter.woken:
                raise RuntimeError("release unlocked lock")
            waiter.released = True
            self._wake(waiter)

    def _wake(self, waiter: Waiter) -> None:
        waiter.woken = True
        self._waiters.discard(waiter)
        self.changes += 1
        one = waiter.participant
        if one.waiter is waiter:
            one.waiter, one.given_up, one.reads = None, False, 0
        waiter.wake()

    # --- time -----------------------------------------------------------------------------

    def _advance(self) -> None:
        """If nothing can run, move the clock to the earliest deadline and wake its waiter."""
        if self._stopped or not self._participants or self._busy():
            return
        due = [
            (waiter.deadline, waiter.participant.order, waiter)
            for waiter in self._waiters
            if waiter.deadline is not None
        ]
        if not due:
            self._fail("deadlock")
            return
        deadline, _, waiter = min(due, key=lambda one: one[:2])
        if deadline > self._limit:
            self._limit = self.now + self._horizon
            self._fail("horizon", f"more than {self._horizon:g} seconds")
            return
        if deadline > self.now:
            self.now, self._iterations = deadline, 0
        self._wake(waiter)

    def _fail(self, kind: str, detail: str = "") -> None:
        waiter = next(iter(self._participants)).waiter
        if waiter is not None:
            stuck = Stuck(kind, self._waiting(), detail)
            # Code that cleans up after the first error, and gets stuck as well, has nothing
            # to add, unless this error names a line for the first time.
            if self._stuck is None or stuck.names_a_line:
                self._stuck = stuck
            waiter.error = self._stuck
            self._wake(waiter)

    def loop_iteration(self) -> None:
        """An event loop has run once. Raises `Stuck` if very many bring no time passing."""
        participant = self.on_thread()
        if participant is not None:
            participant.reads = 0
        self._iterations += 1
        if self._iterations < ITERATIONS:
            return
        with self._lock:
            self._iterations = 0
            others = any(one.active for one in self._participants if one is not participant)
            if not others and not any(work.active for work in self._external):
                raise Stuck("livelock", self._waiting(), f"{ITERATIONS:,} iterations")

    def _give_up(self, changes: int) -> int:
        """If nothing changed since `changes`, ignore everything that keeps the clock from moving.

        Called after `patience` real seconds. Returns the present count of changes.
        """
        with self._lock:
            if changes == self.changes:
                for one in self._participants:
                    one.given_up = one.given_up or one.active
                for work in self._external:
                    work.given_up = True
                self._advance()
            return self.changes

    # --- start and stop -------------------------------------------------------------------

    def start(self) -> None:
        """From now on waiting is virtual, and the horizon is as far away as it can be."""
        self._stopped = False
        self._limit = self.now + self._horizon

    def stop(self) -> None:
        """Whoever waits for a deadline goes on at once; waiting is real from now on."""
        with self._lock:
            self._stopped = True
            for waiter in list(self._waiters):
                if waiter.loop is not None:
                    waiter.error = Stuck("deadlock")
                if waiter.loop is not None or waiter.deadline is not None:
                    self._wake(waiter)


def _at_work(before: int | None, after: int | None, seconds: float) -> bool:
    """Did other processes do something in these seconds? On a busy machine one needs long to start,
    and hardly gets a processor; but then it queues for one, which counts."""
    if before is None or after is None:
        return False
    return abs(after - before) > BUSY * seconds * 1e9


def _can_run(pool: Any, jobs: list[bool]) -> bool:
    """Can one of the jobs run? A queued job can, unless all the workers are waiting."""
    waiting = jobs.count(False)
    return waiting < min(len(jobs), int(private.POOL_MAX_WORKERS.of(pool)))
