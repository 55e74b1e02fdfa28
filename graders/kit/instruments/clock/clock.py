"""Virtual time: waiting takes no time, and every duration is exact.

    clock = Clock()
    with clock, asyncio.Runner(loop_factory=clock.loop) as runner:
        runner.run(main())
    clock.elapsed

The clock does not move while anything can run: a callback, a thread, a query, a subprocess.
When nothing can, it jumps to the next deadline that anything waits for; waiters go on one at
a time, in an order that does not depend on the machine. When nothing waits for a deadline
either, the program is `Stuck`. `schedule` explains how that is decided, and why.

In virtual time are: event loops, `time.sleep`, `Thread.join`, and every wait of
`threading`, `queue` and `concurrent.futures` that comes down to a `Condition`.
In real time, and without any virtual time passing: computing, files, sockets, subprocesses,
processes and pools of them, PostgreSQL. A contended bare `threading.Lock` and the waits of
`multiprocessing` are real too: a thread that hangs there, or a process that never ends, keeps
the clock for `patience` seconds at most. `datetime.now()` stays real.
"""

from __future__ import annotations

import asyncio
import threading
import weakref
from _thread import get_ident
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import TracebackType
from typing import Any

from graders.kit.instruments import private
from graders.kit.instruments.clock.loop import BaseVirtualLoop
from graders.kit.instruments.clock.participants import ExternalWork, Participant
from graders.kit.instruments.clock.processes import hold_processes
from graders.kit.instruments.clock.schedule import Schedule
from graders.kit.instruments.clock.stuck import Waiting, task_waiting, thread_waiting
from graders.kit.instruments.clock.threads import virtual_threads
from graders.kit.instruments.clock.time_dispatch import TimeDispatch
from graders.kit.instruments.frames import current_frames
from graders.kit.instruments.libraries.asyncpg import hold_queries
from graders.kit.instruments.patching import Patches
from graders.kit.instruments.source import Source
from graders.kit.shared.record import moment


class Clock:
    """One virtual time, shared by all the loops and threads that take part in it.

    As a context manager it makes the calling thread take part, and every thread started
    from it; on exit everything patched is put back. All times are in seconds. `start` is
    the first reading of `now`; `horizon` is the `elapsed` beyond which the program is
    `Stuck`; `patience` is how long, in real time, something may keep the clock from moving
    while nothing else happens. `source` is the code whose lines a `Stuck` names.
    """

    def __init__(
        self,
        *,
        start: float = 1000.0,
        horizon: float = 3600.0,
        patience: float = 10.0,
        source: Source | None = None,
    ) -> None:
        self._start = start
        self._source = source
        self._dispatch = TimeDispatch.of_process()
        epoch = self._dispatch.real.time() - start
        by_thread = self._dispatch.by_thread
        self.schedule = Schedule(start, horizon, patience, epoch, by_thread, self.waiting)
        self.loops: weakref.WeakSet[BaseVirtualLoop] = weakref.WeakSet()
        self._entered: list[tuple[int, ExitStack]] = []
        self._patches = Patches()
        self._installed = False

    @property
    def now(self) -> float:
        """Virtual seconds, as `time.monotonic()` and every loop's `time()` show them."""
        return self.schedule.now

    @property
    def elapsed(self) -> float:
        """Virtual seconds since `start`, to the nanosecond."""
        return moment(self.now - self._start)

    def loop(self) -> VirtualLoop:
        """A new event loop: `asyncio.Runner(loop_factory=clock.loop)`."""
        return VirtualLoop(self)

    @contextmanager
    def external(self) -> Iterator[None]:
        """Real work that the clock can't see: the clock does not move meanwhile."""
        loop: object = None
        with suppress(RuntimeError):
            loop = asyncio.get_running_loop()
        work = ExternalWork(loop if isinstance(loop, BaseVirtualLoop) else None)
        self.schedule.begin(work)
        try:
            yield
        finally:
            self.schedule.end(work)

    def run_on(self) -> int:
        """Let the clock move although external work is under way that cannot end by itself.

        For a query that waits for a lock which the scenario holds, so that a timeout around
        the query can fire. Call it once the query is known to wait:

            holder = await lock_the_row()
            order = asyncio.create_task(shop.order())
            await until_a_statement_waits()
            clock.run_on()
            await order                  # its timeout fires, in virtual time

        It concerns the queries, subprocesses and other external work under way now, and
        returns how many these are. Work that begins later holds the clock as ever.
        """
        return self.schedule.ignore_external()

    def set_date(self, seconds: float) -> None:
        """Move the date by `seconds`, as setting the computer's clock does: no time passes."""
        self.schedule.epoch += seconds

    def restart(self) -> None:
        """Let `elapsed` count from now, and the horizon with it."""
        self._start = self.now
        self.schedule.start()

    def waiting(self) -> list[Waiting]:
        """Every task that has not ended and every thread that waits, each with its line."""
        tasks = [task for loop in list(self.loops) for task in loop.unfinished()]
        frames = current_frames()
        threads = [
            thread_waiting(one.name, frames.get(one.thread or 0), self._source)
            for one in self.schedule.blocked()
        ]
        return [task_waiting(task, self._source) for task in tasks] + threads

    # --- entering and leaving ---------------------------------------------------------------

    def install(self) -> None:
        """Patches what there is to patch, before the clock is entered for the first time; for good.

        For a process that forks others: they enter it, and need neither patch anything nor put
        anything back.
        """
        if not self._installed:
            self._install()
            self._patches.keep()
            self._installed = True

    def __enter__(self) -> Clock:
        if not self._entered:
            if not self._installed:
                self._install()
            self.schedule.epoch = self._dispatch.real.time() - self._start
            self.schedule.start()
        here = ExitStack()
        if self.schedule.on_thread() is None:
            participant = Participant(self.schedule, threading.current_thread().name)
            self.schedule.add(participant)
            here.callback(self.schedule.remove, participant)
            here.enter_context(participant.here())
        self._entered.append((get_ident(), here))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        mine = [entry for entry in self._entered if entry[0] == get_ident()][-1]
        self._entered.remove(mine)
        if not self._entered:
            # Before we leave, or the clock would begin to move for those who remain.
            self.schedule.stop()
        mine[1].close()
        if not self._entered:
            self._patches.undo()

    @contextmanager
    def entered(self) -> Iterator[Participant]:
        """Makes this thread take part, if it does not do so already."""
        with ExitStack() as stack:
            participant = self.schedule.on_thread()
            if participant is None:
                stack.enter_context(self)
                participant = self.schedule.on_thread()
            assert participant is not None
            yield participant

    def _install(self) -> None:
        patches, dispatch = self._patches, self._dispatch
        with patches.undone_on_error():
            if not dispatch.installed:
                patches.on_undo(dispatch.remove)
                dispatch.install()
            # These modules bound `monotonic` long before any dispatch was in place.
            patches.set(*private.THREADING_TIME.place, dispatch.monotonic)
            patches.set(*private.QUEUE_TIME.place, dispatch.monotonic)
            # It polls real processes, and would spin through virtual seconds meanwhile.
            patches.set(*private.SUBPROCESS_TIME.place, dispatch.real.monotonic)
            patches.set(*private.SUBPROCESS_TIME_MODULE.place, dispatch.real)
            self._make_loops(patches)
            virtual_threads(self.schedule, patches)
            hold_processes(self.schedule, patches, dispatch.real)
            hold_queries(patches, self.external)

    def _make_loops(self, patches: Patches) -> None:
        """Whatever makes a loop on a participating thread gets a virtual one."""

        def virtual(real: Callable[[], asyncio.AbstractEventLoop]) -> Callable[[], Any]:
            return lambda: real() if self.schedule.on_thread() is None else self.loop()

        new_event_loop = virtual(asyncio.events.new_event_loop)
        patches.set(asyncio.events, "new_event_loop", new_event_loop)
        patches.set(asyncio, "new_event_loop", new_event_loop)
        # `asyncio.get_event_loop()` with no loop asks the policy, which asks this.
        policy = type(asyncio.get_event_loop_policy())
        patches.replace(
            policy, private.POLICY_LOOP_FACTORY.name, lambda real: staticmethod(virtual(real))
        )


class VirtualLoop(BaseVirtualLoop):
    """An event loop on a `Clock`, which is `loop.clock`; without one it makes its own."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        super().__init__(self.clock)
        self.clock.loops.add(self)
