"""Virtual time: waiting takes no time, and every duration is exact.

    clock = Clock()
    with clock, asyncio.Runner(loop_factory=clock.loop) as runner:
        runner.run(main())
    clock.elapsed

The clock stands while anything can run: a callback, a thread, a query, a
subprocess. When nothing can, it jumps onto the next moment that somebody waits
for; one at a time they go on, in an order that does not depend on the machine.
When nobody waits for a moment either, everybody is `Stuck`.

In virtual time are: event loops, `time.sleep`, `Thread.join`, and every wait of
`threading`, `queue` and `concurrent.futures` that comes down to a `Condition`.
Real, and free of virtual time: computing, files, sockets, subprocesses, process
pools, PostgreSQL. A contended bare `threading.Lock`, `SimpleQueue.get` and
`multiprocessing` are real too: a thread that hangs there keeps the clock for
`patience` at most. `datetime.now()` stays real.
"""

from __future__ import annotations

import asyncio
import queue
import subprocess
import threading
import weakref
from _thread import get_ident
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Any

from graders.kit.instruments.clock.actors import Actor, Hold
from graders.kit.instruments.clock.loop import VirtualLoop
from graders.kit.instruments.clock.queries import hold_queries
from graders.kit.instruments.clock.schedule import Schedule
from graders.kit.instruments.clock.stuck import Waiting, task_waiting, thread_waiting
from graders.kit.instruments.clock.threads import virtual_threads
from graders.kit.instruments.clock.time_dispatch import TimeDispatch
from graders.kit.instruments.frames import current_frames
from graders.kit.instruments.replacements import Replacements
from graders.kit.instruments.source import Source
from graders.kit.shared.record import moment


class Clock:
    """Time itself, shared by all loops and threads of one world.

    As a context manager it makes the calling thread, and every thread started
    from it, part of that world; on exit everything replaced is put back. All
    times are in seconds. `start` is the first reading of `now`; `horizon` is the
    `elapsed` beyond which everybody is `Stuck`; `patience` is how long, really,
    something may keep the clock while nothing moves. `source` is the code whose
    lines a `Stuck` names.
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
        keepers = self._dispatch.keepers
        self.schedule = Schedule(start, horizon, patience, epoch, keepers, self.waiting)
        self.loops: weakref.WeakSet[VirtualLoop] = weakref.WeakSet()
        self._entered: list[tuple[int, ExitStack]] = []
        self._replacements = Replacements()

    @property
    def now(self) -> float:
        """Virtual seconds, as every clock of the world shows them."""
        return self.schedule.now

    @property
    def elapsed(self) -> float:
        """Seconds since `start`, to the nanosecond."""
        return moment(self.now - self._start)

    def loop(self) -> VirtualLoop:
        """A new event loop: `asyncio.Runner(loop_factory=clock.loop)`."""
        return VirtualLoop(self)

    @contextmanager
    def external(self) -> Iterator[None]:
        """Real work is in flight that the clock can't see: it stands meanwhile."""
        loop = asyncio._get_running_loop()
        hold = Hold(loop if isinstance(loop, VirtualLoop) else None)
        self.schedule.hold(hold)
        try:
            yield
        finally:
            self.schedule.drop(hold)

    def set_date(self, seconds: float) -> None:
        """Move the date, as setting the computer's clock does: no time passes."""
        self.schedule.epoch += seconds

    def restart(self) -> None:
        """Let `elapsed` count from now, and the horizon with it."""
        self._start = self.now
        self.schedule.begin()

    def waiting(self) -> list[Waiting]:
        """Everything that has not ended, and the line it stands on."""
        tasks = [task for loop in list(self.loops) for task in loop.unfinished()]
        frames = current_frames()
        threads = [
            thread_waiting(actor.name, frames.get(actor.thread or 0), self._source)
            for actor in self.schedule.parked()
        ]
        return [task_waiting(task, self._source) for task in tasks] + threads

    # --- the world ------------------------------------------------------------------

    def __enter__(self) -> Clock:
        if not self._entered:
            self._install()
        here = ExitStack()
        if self.schedule.on_thread() is None:
            actor = Actor(self.schedule, threading.current_thread().name)
            self.schedule.add(actor)
            here.callback(self.schedule.remove, actor)
            here.enter_context(actor.here())
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
            # First, or our leaving would let those that are left move the clock.
            self.schedule.end()
        mine[1].close()
        if not self._entered:
            self._replacements.undo()

    @contextmanager
    def present(self) -> Iterator[Actor]:
        """This thread as a part of the world, entered only if it is not yet."""
        with ExitStack() as stack:
            actor = self.schedule.on_thread()
            if actor is None:
                stack.enter_context(self)
                actor = self.schedule.on_thread()
            assert actor is not None
            yield actor

    def _install(self) -> None:
        replacements, dispatch = self._replacements, self._dispatch
        if not dispatch.installed:
            replacements.finally_(dispatch.remove)
            dispatch.install()
        # These bound `monotonic` long before any dispatch was in place.
        replacements.set(threading, "_time", dispatch.monotonic)
        replacements.set(queue, "time", dispatch.monotonic)
        # It polls real processes, and would spin through virtual seconds meanwhile.
        replacements.set(subprocess, "_time", dispatch.real.monotonic)
        replacements.set(subprocess, "time", dispatch.real)
        self._make_loops(replacements)
        virtual_threads(self.schedule, replacements)
        hold_queries(replacements, self.external)
        self.schedule.begin()

    def _make_loops(self, replacements: Replacements) -> None:
        """Whoever makes a loop on a thread of this world gets a virtual one."""

        def virtual(real: Callable[[], asyncio.AbstractEventLoop]) -> Callable[[], Any]:
            return lambda: real() if self.schedule.on_thread() is None else self.loop()

        new_event_loop = virtual(asyncio.events.new_event_loop)
        replacements.set(asyncio.events, "new_event_loop", new_event_loop)
        replacements.set(asyncio, "new_event_loop", new_event_loop)
        # `asyncio.get_event_loop()` with no loop asks the policy, which asks this.
        policy = type(asyncio.get_event_loop_policy())
        replacements.replace(policy, "_loop_factory", lambda real: staticmethod(virtual(real)))
