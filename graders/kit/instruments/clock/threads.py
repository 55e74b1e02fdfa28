"""Threads on a virtual clock: worker threads, own threads, and their waiting for each other."""

from __future__ import annotations

import concurrent.futures
import concurrent.futures.process
import concurrent.futures.thread
import functools
import queue
import sys
import threading
import weakref
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

from graders.kit.instruments import private
from graders.kit.instruments.clock.participants import ExternalWork, Participant, Waiter
from graders.kit.instruments.clock.schedule import Schedule
from graders.kit.instruments.patching import Make, Patches

SERVICES = (
    private.ANYIO_WORKER_THREAD.module,
    "asyncio.unix_events",
    "concurrent.futures.process",
    "concurrent.futures.thread",
    "multiprocessing.pool",
    "multiprocessing.queues",
)
"""Modules whose threads do not take part: what they do is counted as jobs, or not at all."""

WAIT = threading.Condition.wait.__code__
"""Whatever patches the method, this is what runs in the end."""


def virtual_threads(schedule: Schedule, patches: Patches) -> None:
    """Let every thread and job that a participant starts take part, and wait in virtual time."""
    _Threads(schedule).install(patches)
    _count_jobs(schedule, patches)


class _Threads:
    """Threads: their start, their end, and their waits on a `Condition` or a `SimpleQueue`."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._joiners: weakref.WeakKeyDictionary[threading.Thread, list[Waiter]] = (
            weakref.WeakKeyDictionary()
        )
        self._start = threading.Thread.start
        self._join = threading.Thread.join
        self._allocate: Callable[[], Any] = private.THREADING_ALLOCATE_LOCK.of(threading)

    def install(self, patches: Patches) -> None:
        start, join = self.start, self.join
        patches.set(threading.Thread, "start", lambda thread: start(thread))
        patches.set(threading.Thread, "join", lambda thread, timeout=None: join(thread, timeout))
        patches.set(*private.THREADING_ALLOCATE_LOCK.place, self.allocate)
        # The wait of a `SimpleQueue` in C can't be seen. Pools keep theirs: between two jobs their
        # threads do not take part.
        patches.set(*private.POOL_QUEUE.place, SimpleNamespace(**vars(queue)))
        patches.set(queue, "SimpleQueue", private.PY_SIMPLE_QUEUE.of(queue))

    def allocate(self) -> Any:
        """The lock on which `Condition.wait` waits: on a participating thread, a `Waiter`."""
        mine = self._schedule.on_thread()
        if mine is None or mine.starting_thread or sys._getframe(1).f_code is not WAIT:
            # Not `wait`: in a process that was just forked, `threading` makes locks for itself.
            return self._allocate()
        return Waiter(mine)

    def start(self, thread: threading.Thread) -> None:
        starter = self._schedule.on_thread()
        if starter is None:
            return self._start(thread)
        started = None if _is_service(thread) else Participant(self._schedule, thread.name)
        self._joiners[thread] = []
        thread.run = functools.partial(self.run, thread, started, thread.run)  # type: ignore[method-assign]
        if started is not None:
            self._schedule.add(started)
        starter.starting_thread = True
        try:
            return self._start(thread)
        except BaseException:
            self.ended(thread, started)
            raise
        finally:
            starter.starting_thread = False

    def run(
        self, thread: threading.Thread, mine: Participant | None, run: Callable[[], None]
    ) -> None:
        try:
            if mine is None:
                run()
            else:
                with mine.here():
                    run()
        finally:
            del thread.run
            self.ended(thread, mine)

    def ended(self, thread: threading.Thread, participant: Participant | None) -> None:
        for waiter in self._joiners.pop(thread, []):
            if not waiter.woken:
                waiter.release()
        if participant is not None:
            self._schedule.remove(participant)

    def join(self, thread: threading.Thread, timeout: float | None = None) -> None:
        mine, joiners = self._schedule.on_thread(), self._joiners.get(thread)
        if mine is None or joiners is None or thread is threading.current_thread():
            return self._join(thread, timeout)
        deadline = None if timeout is None else self._schedule.now + max(timeout, 0)
        waiter = Waiter(mine, deadline, joined=thread)
        joiners.append(waiter)
        # It may have ended before we were on its list, and then nobody would wake us.
        ended = thread not in self._joiners
        if ended or self._schedule.block(waiter):
            self._join(thread)
        return None


def _is_service(thread: threading.Thread) -> bool:
    target = getattr(thread, private.THREAD_TARGET.name, None)
    modules = (type(thread).__module__, getattr(target, "__module__", None))
    return any(module in SERVICES for module in modules)


End = Callable[[], None]
"""Says that a job has ended."""


def _count_jobs(schedule: Schedule, patches: Patches) -> None:
    """What is handed to the threads and processes of an executor, or of anyio, is a job."""

    def in_thread(pool: Any, fn: Callable[..., Any]) -> tuple[Callable[..., Any], End]:
        job = _Job(schedule, fn, pool)
        return job, job.ended

    def in_process(_: Any, fn: Callable[..., Any]) -> tuple[Callable[..., Any], End]:
        work = ExternalWork(None)
        schedule.begin(work)
        return fn, functools.partial(schedule.end, work)

    def counting(begin: Callable[..., tuple[Callable[..., Any], End]]) -> Make:
        def make(submit: Callable[..., Any]) -> Callable[..., Any]:
            def counted(pool: Any, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
                if schedule.on_thread() is None:
                    return submit(pool, fn, *args, **kwargs)
                job, end = begin(pool, fn)
                try:
                    future = submit(pool, job, *args, **kwargs)
                except BaseException:
                    end()
                    raise
                _after_callbacks(future, end)
                return future

            return counted

        return make

    def anyio(module: ModuleType) -> None:
        make: Callable[..., None] = module.WorkerThread.__init__

        def counted(worker: Any, *args: Any, **kwargs: Any) -> None:
            make(worker, *args, **kwargs)
            if schedule.on_thread() is not None:
                worker.queue = _Inbox(schedule)

        patches.set(module.WorkerThread, "__init__", counted)

    threads = concurrent.futures.thread.ThreadPoolExecutor
    patches.replace(threads, "submit", counting(in_thread))
    processes = concurrent.futures.process.ProcessPoolExecutor
    patches.replace(processes, "submit", counting(in_process))
    patches.when_imported(private.ANYIO_WORKER_THREAD.module, anyio)


class _Job:
    """A function that makes the thread it runs on take part meanwhile. It counts from now on."""

    def __init__(self, schedule: Schedule, fn: Callable[..., Any], pool: Any = None) -> None:
        self._participant = Participant(schedule, getattr(fn, "__name__", "job"), pool)
        self._fn = fn
        schedule.add(self._participant)
        self.ended: End = functools.partial(schedule.remove, self._participant)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with self._participant.here():
            return self._fn(*args, **kwargs)


class _Inbox(queue.Queue[Any]):
    """What anyio hands its worker: a job at a time, done when its result is on its way."""

    def __init__(self, schedule: Schedule) -> None:
        super().__init__(2)
        self._schedule = schedule
        self._jobs: list[_Job] = []

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        if item is not None:
            context, fn, *rest = item
            self._jobs.append(job := _Job(self._schedule, fn))
            item = (context, job, *rest)
        super().put(item, block, timeout)

    def task_done(self) -> None:
        super().task_done()
        self._jobs.pop(0).ended()


def _after_callbacks(future: Any, then: Callable[[], None]) -> None:
    """Call `then` once the future is done and its callbacks have posted its result.

    A done callback would be too early: code that awaits the future adds its own later.
    """
    invoke = private.FUTURE_INVOKE_CALLBACKS.of(future)

    def invoke_then() -> None:
        try:
            invoke()
        finally:
            then()

    with private.FUTURE_CONDITION.of(future):
        if not future.done():
            setattr(future, private.FUTURE_INVOKE_CALLBACKS.name, invoke_then)
            return
    # Done already, so callbacks yet to come run at once, on the thread that adds them.
    then()
