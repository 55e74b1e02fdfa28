"""An asyncio event loop in virtual time: it skips the time in which nothing happens."""

from __future__ import annotations

import asyncio
import selectors
import weakref
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any, Protocol

from graders.kit.instruments import private
from graders.kit.instruments.clock.connections import Connections, Events
from graders.kit.instruments.clock.participants import ExternalWork, Participant, Waiter
from graders.kit.instruments.clock.schedule import Schedule
from graders.kit.instruments.clock.stuck import Stuck

WORKERS = 32
"""Threads of the default executor: as many as asyncio allows, whatever the number of cores."""


class LoopClock(Protocol):
    """What a loop has to know of the clock it runs on."""

    schedule: Schedule

    @property
    def now(self) -> float:
        """Virtual seconds."""

    @property
    def loops(self) -> Iterable[BaseVirtualLoop]:
        """Every loop on this clock."""

    def external(self) -> AbstractContextManager[None]:
        """The clock does not move while this is entered."""

    def entered(self) -> AbstractContextManager[Participant]:
        """This thread takes part in virtual time while this is entered."""


class BaseVirtualLoop(asyncio.SelectorEventLoop):
    """A selector event loop whose waiting is virtual. `VirtualLoop` is the one to use.

    `loop.time()` is the clock's. Real sockets, pipes and subprocesses work.
    """

    def __init__(self, clock: LoopClock) -> None:
        self._clock = clock
        self._created: weakref.WeakKeyDictionary[asyncio.Task[Any], int] = (
            weakref.WeakKeyDictionary()
        )
        self._tasks_created = 0
        self._participant: Participant | None = None
        self._virtual_selector = _Selector(self._wait)
        self._connections = Connections(
            self._virtual_selector.wait,
            self.transports,
            lambda: [one for loop in list(clock.loops) for one in loop.transports()],
        )
        super().__init__(self._virtual_selector)

    def time(self) -> float:
        """The clock's time, in virtual seconds."""
        return self._clock.now

    @property
    def blocked(self) -> bool:
        """Does the loop's own thread wait somewhere outside the loop?"""
        one = self._participant
        return one is not None and one.waiter is not None and one.waiter.loop is not self

    def pending(self) -> bool:
        """Is there anything to do without time passing?"""
        return not self.is_closed() and bool(
            private.LOOP_READY.of(self) or self._virtual_selector.ready()
        )

    def wake(self) -> None:
        """Let the loop return from its selector. May be called on any thread."""
        private.LOOP_WRITE_TO_SELF.of(self)()

    def transports(self) -> list[Any]:
        """The loop's open connections and pipes."""
        return list(private.LOOP_TRANSPORTS.of(self).values())

    def run_forever(self) -> None:
        """The thread takes part in virtual time while its loop runs."""
        with self._clock.entered() as participant:
            before, self._participant = self._participant, participant
            try:
                super().run_forever()
            finally:
                self._participant = before

    def _wait(self, events: Events, timeout: float | None) -> Events:
        """Takes the place of the wait in the selector. `events` are there already.

        asyncio waits nowhere else: with timeout 0 while callbacks are ready, until the next
        timer, or without end. So a loop gets here once in each iteration, and if it has
        nothing to do, here it says so to the schedule. It still waits in the selector,
        really: that is where a socket, another thread or the schedule itself wakes it.
        """
        schedule = self._clock.schedule
        if events or (timeout is not None and timeout <= 0) or self._participant is None:
            schedule.loop_iteration()
            return events
        if events := self._connections.settle():
            return events
        timers = private.LOOP_SCHEDULED.of(self)
        deadline = timers[0].when() if timers else None
        waiter = Waiter(self._participant, deadline, loop=self)
        schedule.wait(waiter)
        found = schedule.wait_really(
            lambda seconds: waiter.woken or self._virtual_selector.wait(seconds)
        )
        events = [] if isinstance(found, bool) else found
        try:
            schedule.go_on(waiter)
        except Stuck as stuck:
            # Nobody here can go on, but another process might still send something.
            events = self._connections.last_chance() if stuck.kind == "deadlock" else []
            if not events:
                raise
        return events

    # --- what keeps the clock from moving, and what must not --------------------------------

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:  # type: ignore[override]
        """As asyncio's, with a default executor of `WORKERS` threads."""
        if executor is None and private.LOOP_DEFAULT_EXECUTOR.of(self) is None:
            self.set_default_executor(ThreadPoolExecutor(WORKERS, thread_name_prefix="asyncio"))
        return super().run_in_executor(executor, func, *args)

    # An error message of Python names it as asyncio does.
    run_in_executor.__qualname__ = "BaseEventLoop.run_in_executor"

    async def shutdown_default_executor(self, *_timeout: float | None) -> None:
        """As asyncio's, without its timeout."""
        # Without its 300 s: a worker that never ends is stuck at once, on every Python.
        await super().shutdown_default_executor()

    async def subprocess_exec(self, *args: Any, **kwargs: Any) -> Any:
        """As asyncio's; the clock does not move until the process has ended."""
        return await self._until_it_exits(super().subprocess_exec(*args, **kwargs))

    async def subprocess_shell(self, *args: Any, **kwargs: Any) -> Any:
        """As asyncio's; the clock does not move until the process has ended."""
        return await self._until_it_exits(super().subprocess_shell(*args, **kwargs))

    async def _until_it_exits(self, starting: Any) -> Any:
        with self._clock.external():
            transport, protocol = await starting
        exited = ExternalWork(self, lambda: transport.get_returncode() is not None)
        self._clock.schedule.begin(exited)
        return transport, protocol

    # --- for the message of `Stuck` ---------------------------------------------------------

    def create_task(self, coro: Any, **kwargs: Any) -> Any:
        """As asyncio's, and remembers which task was created last."""
        task = super().create_task(coro, **kwargs)
        self._tasks_created += 1
        self._created[task] = self._tasks_created
        return task

    def unfinished(self) -> list[asyncio.Task[Any]]:
        """Every task that has not ended, the youngest first."""
        tasks = asyncio.all_tasks(self)
        return sorted(tasks, key=lambda task: self._created.get(task, 0), reverse=True)


class _Selector(selectors.DefaultSelector):
    """A real selector that asks first what is there, then leaves the waiting to the loop."""

    def __init__(self, wait: Callable[[Events, float | None], Events]) -> None:
        super().__init__()
        self._wait_virtually = wait

    def select(self, timeout: float | None = None) -> Events:
        return self._wait_virtually(self.ready(), timeout)

    def ready(self) -> Events:
        return super().select(0)

    def wait(self, seconds: float) -> Events:
        return super().select(seconds)
