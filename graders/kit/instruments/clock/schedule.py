"""The schedule of a virtual world: who runs, who waits, and whose turn is next."""

from __future__ import annotations

import itertools
from _thread import RLock, get_ident
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from graders.kit.instruments.clock.actors import Actor, Gate, Hold
from graders.kit.instruments.clock.stuck import Stuck, Waiting
from graders.kit.instruments.clock.time_dispatch import Timekeeper

TURNS = 100_000
"""Turns of the event loop without any time passing that are called a livelock."""


class Schedule:
    """Moves `now` onto the next deadline whenever nothing can run, and opens one gate.

    One at a time, by deadline and then by the order in which the actors came
    to be: what happens is the same on every machine. All times in seconds.
    """

    def __init__(
        self,
        start: float,
        horizon: float,
        patience: float,
        epoch: float,
        keepers: dict[int, Timekeeper],
        waiting: Callable[[], Iterable[Waiting]],
    ) -> None:
        self.now = start
        self.patience = patience
        self.epoch = epoch
        """Virtual time plus this is the date, in seconds since 1970."""
        self.keepers = keepers
        self._horizon = horizon
        self._limit = start + horizon
        self._waiting = waiting
        self._lock = RLock()
        self._orders = itertools.count()
        self._actors: dict[Actor, None] = {}
        self._holds: set[Hold] = set()
        self._gates: set[Gate] = set()
        self.moves = 0
        """Counts everything that starts, ends, waits or goes on."""
        self._turns = 0
        self._over = True
        self._verdict: Stuck | None = None

    def next_order(self) -> int:
        return next(self._orders)

    def on_thread(self, thread: int | None = None) -> Actor | None:
        """The actor of this world that a thread is; without an argument, this thread."""
        keeper = self.keepers.get(get_ident() if thread is None else thread)
        return keeper if isinstance(keeper, Actor) and keeper.schedule is self else None

    # --- who keeps the clock ----------------------------------------------------------

    def add(self, actor: Actor) -> None:
        with self._lock:
            self._actors[actor] = None
            self.moves += 1

    def remove(self, actor: Actor) -> None:
        with self._lock:
            self._actors.pop(actor, None)
            self.moves += 1
            self._settle()

    def hold(self, hold: Hold) -> None:
        with self._lock:
            self._holds.add(hold)
            self.moves += 1

    def drop(self, hold: Hold) -> None:
        with self._lock:
            self._holds.discard(hold)
            self.moves += 1
            self._settle()

    def parked(self) -> list[Actor]:
        """Who waits at a gate other than an event loop's."""
        with self._lock:
            return [actor for actor in self._actors if actor.gate and not actor.gate.loop]

    def _busy(self) -> bool:
        self._holds = {hold for hold in self._holds if not hold.over}
        if any(hold.active for hold in self._holds):
            return True
        pools: defaultdict[Any, list[bool]] = defaultdict(list)
        for actor in self._actors:
            if actor.pool is not None:
                pools[actor.pool].append(actor.active)
            elif actor.active:
                return True
        return any(_working(pool, jobs) for pool, jobs in pools.items()) or any(
            gate.loop.pending() for gate in self._gates if gate.loop
        )

    # --- waiting --------------------------------------------------------------------

    def wait(self, gate: Gate) -> None:
        """The actor stands at its gate now; whoever makes the world still, moves the clock."""
        with self._lock:
            if gate.opened:
                return
            gate.actor.gate = gate
            self._gates.add(gate)
            self.moves += 1
            self._settle()

    def park(self, gate: Gate) -> bool:
        """Block this thread at its gate. True: released. False: the deadline came first.

        Raises `Stuck` in the thread that entered the world, when nobody can go on.
        """
        if self._over:
            seconds = -1 if gate.deadline is None else max(gate.deadline - self.now, 0)
            gate.lock.acquire(timeout=seconds)
            return gate.released
        self.wait(gate)
        moves = self.moves
        while not gate.lock.acquire(timeout=self.patience):
            moves = self.lose_patience(moves)
        if gate.error is not None:
            raise gate.error
        return gate.released

    def leave(self, gate: Gate) -> None:
        """The actor goes on, because its loop has found something to do."""
        with self._lock:
            if not gate.opened:
                self._open(gate)
        if gate.error is not None:
            raise gate.error

    def release(self, gate: Gate) -> None:
        """Open a gate before its time. Raises RuntimeError when it is open already."""
        with self._lock:
            if gate.opened:
                raise RuntimeError("release unlocked lock")
            gate.released = True
            self._open(gate)

    def _open(self, gate: Gate) -> None:
        gate.opened = True
        self._gates.discard(gate)
        self.moves += 1
        actor = gate.actor
        if actor.gate is gate:
            actor.gate, actor.forgiven, actor.reads = None, False, 0
        gate.wake()

    # --- time -----------------------------------------------------------------------

    def _settle(self) -> None:
        if self._over or not self._actors or self._busy():
            return
        due = [
            (gate.deadline, gate.actor.order, gate)
            for gate in self._gates
            if gate.deadline is not None
        ]
        if not due:
            self._fail("deadlock")
            return
        deadline, _, gate = min(due, key=lambda one: one[:2])
        if deadline > self._limit:
            self._limit = self.now + self._horizon
            self._fail("horizon", f"more than {self._horizon:g} seconds")
            return
        if deadline > self.now:
            self.now, self._turns = deadline, 0
        self._open(gate)

    def _fail(self, kind: str, detail: str = "") -> None:
        gate = next(iter(self._actors)).gate
        if gate is not None:
            stuck = Stuck(kind, self._waiting(), detail)
            # What only cleans up after the first verdict has nothing to add to it.
            if self._verdict is None or stuck.names_a_line:
                self._verdict = stuck
            gate.error = self._verdict
            self._open(gate)

    def turn(self) -> None:
        """An event loop went round once. Raises `Stuck` if that leads nowhere."""
        actor = self.on_thread()
        if actor is not None:
            actor.reads = 0
        self._turns += 1
        if self._turns < TURNS:
            return
        with self._lock:
            self._turns = 0
            others = [one for one in self._actors if one is not actor and one.active]
            if not others and not any(hold.active for hold in self._holds):
                raise Stuck("livelock", self._waiting(), f"{TURNS:,} turns")

    def lose_patience(self, moves: int) -> int:
        """Nothing moved since `moves`, for `patience` seconds: who kept the clock is let go."""
        with self._lock:
            if moves == self.moves:
                for actor in self._actors:
                    actor.forgiven = actor.forgiven or actor.active
                for hold in self._holds:
                    hold.forgiven = True
                self._settle()
            return self.moves

    # --- the world's life -------------------------------------------------------------

    def begin(self) -> None:
        """From now on waiting is virtual, and the horizon is as far away as it can be."""
        self._over = False
        self._limit = self.now + self._horizon

    def end(self) -> None:
        """Who waits for a moment goes on at once; waiting is real from now on."""
        with self._lock:
            self._over = True
            for gate in list(self._gates):
                if gate.loop is not None:
                    gate.error = Stuck("deadlock")
                if gate.loop is not None or gate.deadline is not None:
                    self._open(gate)


def _working(pool: Any, jobs: list[bool]) -> bool:
    """Can one of the jobs run? A job in the queue can, unless all workers stand still."""
    standing = jobs.count(False)
    return standing < min(len(jobs), int(pool._max_workers))
