"""The virtual loop: an asyncio event loop that skips the time in which nothing happens."""

from __future__ import annotations

import asyncio
import selectors
import weakref
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from graders.kit.instruments.clock.actors import Actor, Gate, Hold
from graders.kit.instruments.clock.connections import Connections
from graders.kit.instruments.clock.stuck import Stuck

if TYPE_CHECKING:
    from graders.kit.instruments.clock.clock import Clock

WORKERS = 32
"""Threads of the default executor: as many as asyncio allows, whatever the number of cores."""

Events = list[tuple[selectors.SelectorKey, int]]


class VirtualLoop(asyncio.SelectorEventLoop):
    """A selector event loop on a `Clock`; without one it makes its own.

    `loop.time()` is the clock's. Real sockets, pipes and subprocesses work.
    """

    if TYPE_CHECKING:  # what asyncio keeps to itself; test_canaries.py watches over it
        _ready: deque[asyncio.Handle]
        _scheduled: list[asyncio.TimerHandle]
        _transports: weakref.WeakValueDictionary[int, asyncio.Transport]
        _default_executor: ThreadPoolExecutor | None

        def _write_to_self(self) -> None: ...

    def __init__(self, clock: Clock | None = None) -> None:
        if clock is None:
            from graders.kit.instruments.clock.clock import Clock

            clock = Clock()
        self.clock = clock
        self._births: weakref.WeakKeyDictionary[asyncio.Task[Any], int] = (
            weakref.WeakKeyDictionary()
        )
        self._born = 0
        self._actor: Actor | None = None
        self._sockets = _Selector(self._idle)
        self._connections = Connections(self)
        super().__init__(self._sockets)
        clock.loops.add(self)

    def time(self) -> float:
        return self.clock.now

    @property
    def blocked(self) -> bool:
        """Does the loop's own thread wait somewhere outside the loop?"""
        actor = self._actor
        return actor is not None and actor.gate is not None and actor.gate.loop is not self

    def pending(self) -> bool:
        """Is there anything to do without time passing?"""
        return not self.is_closed() and bool(self._ready or self._sockets.ready())

    def run_forever(self) -> None:
        with self.clock.present() as actor:
            before, self._actor = self._actor, actor
            try:
                super().run_forever()
            finally:
                self._actor = before

    def _idle(self, events: Events, timeout: float | None) -> Events:
        """What asyncio calls waiting. `events` are those that are there already."""
        schedule = self.clock.schedule
        if events or (timeout is not None and timeout <= 0) or self._actor is None:
            schedule.turn()
            return events
        if events := self._connections.settle():
            return events
        deadline = self._scheduled[0].when() if self._scheduled else None
        gate = Gate(self._actor, deadline, loop=self)
        schedule.wait(gate)
        moves = schedule.moves
        while not gate.opened and not (events := self._sockets.wait(schedule.patience)):
            moves = schedule.lose_patience(moves)
        try:
            schedule.leave(gate)
        except Stuck as stuck:
            # Nobody here can go on, but somebody outside might still send something.
            events = self._connections.last_words() if stuck.kind == "deadlock" else []
            if not events:
                raise
        return events

    # --- what keeps the clock, or must not ----------------------------------------------

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:  # type: ignore[override]
        if executor is None and self._default_executor is None:
            self.set_default_executor(ThreadPoolExecutor(WORKERS, thread_name_prefix="asyncio"))
        return super().run_in_executor(executor, func, *args)

    # An error message of Python names it as asyncio does.
    run_in_executor.__qualname__ = "BaseEventLoop.run_in_executor"

    async def shutdown_default_executor(self, *_timeout: float | None) -> None:
        # Without its 300 s: a worker that never ends is stuck at once, on every Python.
        await super().shutdown_default_executor()

    async def subprocess_exec(self, *args: Any, **kwargs: Any) -> Any:
        return await self._until_it_exits(super().subprocess_exec(*args, **kwargs))

    async def subprocess_shell(self, *args: Any, **kwargs: Any) -> Any:
        return await self._until_it_exits(super().subprocess_shell(*args, **kwargs))

    async def _until_it_exits(self, starting: Any) -> Any:
        with self.clock.external():
            transport, protocol = await starting
        self.clock.schedule.hold(Hold(self, lambda: transport.get_returncode() is not None))
        return transport, protocol

    # --- for the verdict ------------------------------------------------------------

    def create_task(self, coro: Any, **kwargs: Any) -> Any:
        task = super().create_task(coro, **kwargs)
        self._born += 1
        self._births[task] = self._born
        return task

    def unfinished(self) -> list[asyncio.Task[Any]]:
        """Every task that has not ended, the youngest first."""
        tasks = asyncio.all_tasks(self)
        return sorted(tasks, key=lambda task: self._births.get(task, 0), reverse=True)


class _Selector(selectors.DefaultSelector):
    """A real selector that asks first what is there, then leaves the waiting to `idle`."""

    def __init__(self, idle: Callable[[Events, float | None], Events]) -> None:
        super().__init__()
        self._loop_idle = idle

    def select(self, timeout: float | None = None) -> Events:
        return self._loop_idle(self.ready(), timeout)

    def ready(self) -> Events:
        return super().select(0)

    def wait(self, seconds: float) -> Events:
        return super().select(seconds)
