"""Threads on a virtual clock: worker threads, own threads, and their waiting for each other."""

from __future__ import annotations

import concurrent.futures
import concurrent.futures.process
import concurrent.futures.thread
import functools
import queue
import threading
import weakref
from collections.abc import Callable
from types import ModuleType
from typing import Any

from graders.kit.instruments.clock.actors import Actor, Gate, Hold
from graders.kit.instruments.clock.schedule import Schedule
from graders.kit.instruments.replacements import Replacements

SERVICES = (
    "anyio._backends._asyncio",
    "asyncio.unix_events",
    "concurrent.futures.process",
    "concurrent.futures.thread",
    "multiprocessing.queues",
)
"""Modules whose threads are no actors: what they do is counted as jobs, or not at all."""


def virtual_threads(schedule: Schedule, replacements: Replacements) -> None:
    """Count every thread and job that the world starts, and let them wait in virtual time."""
    _Starting(schedule).install(replacements)
    _Jobs(schedule).install(replacements)


class _Starting:
    """Threads: their start, their end, and their waits on a `Condition`."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._joiners: weakref.WeakKeyDictionary[threading.Thread, list[Gate]] = (
            weakref.WeakKeyDictionary()
        )
        self._start = threading.Thread.start
        self._join = threading.Thread.join
        self._allocate: Callable[[], Any] = threading._allocate_lock  # type: ignore[attr-defined]

    def install(self, replacements: Replacements) -> None:
        start, join = self.start, self.join
        replacements.set(threading.Thread, "start", lambda thread: start(thread))
        replacements.set(
            threading.Thread, "join", lambda thread, timeout=None: join(thread, timeout)
        )
        replacements.set(threading, "_allocate_lock", self.allocate)

    def allocate(self) -> Any:
        """The lock on which `Condition.wait` waits: a gate, on a thread of the world."""
        actor = self._schedule.on_thread()
        return self._allocate() if actor is None or actor.rooted else Gate(actor)

    def start(self, thread: threading.Thread) -> None:
        starter = self._schedule.on_thread()
        if starter is None:
            return self._start(thread)
        actor = None if _is_service(thread) else Actor(self._schedule, thread.name)
        self._joiners[thread] = []
        thread.run = functools.partial(self.run, thread, actor, thread.run)  # type: ignore[method-assign]
        if actor is not None:
            self._schedule.add(actor)
        starter.rooted = True
        try:
            return self._start(thread)
        except BaseException:
            self.ended(thread, actor)
            raise
        finally:
            starter.rooted = False

    def run(self, thread: threading.Thread, actor: Actor | None, run: Callable[[], None]) -> None:
        try:
            if actor is None:
                run()
            else:
                with actor.here():
                    run()
        finally:
            del thread.run
            self.ended(thread, actor)

    def ended(self, thread: threading.Thread, actor: Actor | None) -> None:
        for gate in self._joiners.pop(thread, []):
            if not gate.opened:
                gate.release()
        if actor is not None:
            self._schedule.remove(actor)

    def join(self, thread: threading.Thread, timeout: float | None = None) -> None:
        actor, gates = self._schedule.on_thread(), self._joiners.get(thread)
        if actor is None or gates is None or thread is threading.current_thread():
            return self._join(thread, timeout)
        deadline = None if timeout is None else self._schedule.now + max(timeout, 0)
        gate = Gate(actor, deadline, target=thread)
        gates.append(gate)
        # It may have ended before our gate was on its list, and nobody would open it.
        ended = thread not in self._joiners
        if ended or self._schedule.park(gate):
            self._join(thread)
        return None


def _is_service(thread: threading.Thread) -> bool:
    target = getattr(thread, "_target", None)
    modules = (type(thread).__module__, getattr(target, "__module__", None))
    return any(module in SERVICES for module in modules)


class _Jobs:
    """Jobs: what is handed to the threads and processes of an executor, or of anyio."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule

    def install(self, replacements: Replacements) -> None:
        pools = concurrent.futures.thread.ThreadPoolExecutor
        replacements.set(pools, "submit", self.submit_to_thread(pools.submit))
        processes = concurrent.futures.process.ProcessPoolExecutor
        replacements.set(processes, "submit", self.submit_to_process(processes.submit))
        replacements.when_imported(
            "anyio._backends._asyncio", functools.partial(self.anyio, replacements)
        )

    def submit_to_thread(self, submit: Callable[..., Any]) -> Callable[..., Any]:
        schedule = self._schedule

        def counted(pool: Any, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
            if schedule.on_thread() is None:
                return submit(pool, fn, *args, **kwargs)
            job = _Job(Actor(schedule, getattr(fn, "__name__", "job"), pool), fn)
            schedule.add(job.actor)
            try:
                future = submit(pool, job, *args, **kwargs)
            except BaseException:
                schedule.remove(job.actor)
                raise
            _after_callbacks(future, functools.partial(schedule.remove, job.actor))
            return future

        return counted

    def submit_to_process(self, submit: Callable[..., Any]) -> Callable[..., Any]:
        schedule = self._schedule

        def counted(pool: Any, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
            if schedule.on_thread() is None:
                return submit(pool, fn, *args, **kwargs)
            hold = Hold(None)
            schedule.hold(hold)
            try:
                future = submit(pool, fn, *args, **kwargs)
            except BaseException:
                schedule.drop(hold)
                raise
            _after_callbacks(future, functools.partial(schedule.drop, hold))
            return future

        return counted

    def anyio(self, replacements: Replacements, module: ModuleType) -> None:
        schedule = self._schedule
        make: Callable[..., None] = module.WorkerThread.__init__

        def counted(worker: Any, *args: Any, **kwargs: Any) -> None:
            make(worker, *args, **kwargs)
            if schedule.on_thread() is not None:
                worker.queue = _Inbox(schedule)

        replacements.set(module.WorkerThread, "__init__", counted)


class _Job:
    """A function that makes the thread it runs on an actor of the world meanwhile."""

    def __init__(self, actor: Actor, fn: Callable[..., Any]) -> None:
        self.actor = actor
        self._fn = fn

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with self.actor.here():
            return self._fn(*args, **kwargs)


class _Inbox(queue.Queue[Any]):
    """What anyio hands its worker: a job at a time, done when its result is on its way."""

    def __init__(self, schedule: Schedule) -> None:
        super().__init__(2)
        self._schedule = schedule
        self._jobs: list[Actor] = []

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        if item is not None:
            context, fn, *rest = item
            job = _Job(Actor(self._schedule, getattr(fn, "__name__", "job")), fn)
            self._jobs.append(job.actor)
            self._schedule.add(job.actor)
            item = (context, job, *rest)
        super().put(item, block, timeout)

    def task_done(self) -> None:
        super().task_done()
        self._schedule.remove(self._jobs.pop(0))


def _after_callbacks(future: Any, then: Callable[[], None]) -> None:
    """Call `then` once the future is done and its callbacks have posted its result.

    A done callback would be too early: whoever awaits the future adds theirs later.
    """
    tell = future._invoke_callbacks

    def tell_then() -> None:
        try:
            tell()
        finally:
            then()

    with future._condition:
        if not future.done():
            future._invoke_callbacks = tell_then
            return
    # Done already, so callbacks yet to come run at once, on the thread that adds them.
    then()
