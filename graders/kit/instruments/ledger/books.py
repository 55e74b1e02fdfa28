"""The books of a ledger for what asyncio and Python start: tasks, threads, processes."""

from __future__ import annotations

import asyncio
import multiprocessing.process
import os
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from graders.kit.instruments.ledger.entries import OWNERS, Entries, Kind, leak
from graders.kit.instruments.replacements import Make, Replacements, stand_in
from graders.kit.shared.record import Finding, Line

POOLS = OWNERS | {"asyncio", "concurrent", "multiprocessing"}
"""Whose threads are not the watched code's: a worker has no entry beside its pool's."""


def after(done: Callable[[Any], None]) -> Make:
    """A replacement of a method that calls `done(self)` when the method has done its work."""

    def make(original: Any) -> Any:
        def method(thing: Any, *args: Any, **kwargs: Any) -> Any:
            result = original(thing, *args, **kwargs)
            done(thing)
            return result

        return stand_in(original, method, binds=True)

    return make


# --- tasks ---------------------------------------------------------------------------


def enter_tasks(entries: Entries, replacements: Replacements) -> None:
    """Tasks, from every loop's `create_task`: the loop's own task factory stays what it is."""

    def tell(task: asyncio.Task[object], call: str, line: Line) -> Finding:
        if task.done():
            # Asking for `exception()` would count as retrieving it.
            return lost_exception(entries, call, task._exception, line)
        place = entries.source.task(task)
        doing = f"is waiting at {place}" if place else "is not done"
        return leak("task", call, line, f"{task_name(task)} {doing}")

    kind = Kind("task", _over, tell)

    def make(original: Any) -> Any:
        def create_task(loop: Any, coro: Any, **kwargs: Any) -> Any:
            task = original(loop, coro, **kwargs)
            entries.add(kind, task, entries.started(otherwise="loop.create_task"))
            return task

        return stand_in(original, create_task, binds=True)

    replacements.replace(asyncio.BaseEventLoop, "create_task", make)


def task_name(task: asyncio.Task[object]) -> str:
    return str(getattr(task.get_coro(), "__qualname__", None) or task.get_name())


def lost_exception(
    entries: Entries, call: str, error: BaseException | None, line: Line | None
) -> Finding:
    """An exception that nobody saw, at the watched line that raised it, or else at `line`."""
    where = entries.source.traceback(error.__traceback__ if error else None)
    detail = f"{type(error).__name__}: {error}".removesuffix(": ") if error else ""
    return leak("exception", call, where or line, detail)


def _over(task: Any) -> bool:
    # The flag says that nobody has asked for the exception yet.
    return task.done() and not getattr(task, "_log_traceback", False)


# --- threads -------------------------------------------------------------------------


def enter_threads(entries: Entries, replacements: Replacements) -> None:
    """Threads, and thread pools: a pool is entered instead of its workers."""

    def tell_thread(thread: threading.Thread, call: str, line: Line) -> Finding:
        return leak("thread", call, line, f"{thread.name} is still running")

    def tell_pool(pool: Any, call: str, line: Line) -> Finding:
        return leak("thread", call, line, f"never shut down, {len(pool._threads)} threads")

    thread = Kind("thread", lambda thread: not thread.is_alive(), tell_thread, may_end=True)
    pool = Kind("thread", _shut_down, tell_pool)

    def started(new: threading.Thread) -> None:
        entries.add(thread, new, entries.started("threading.Thread", POOLS))

    def made(new: ThreadPoolExecutor) -> None:
        entries.add(pool, new, entries.started("concurrent.futures.ThreadPoolExecutor", POOLS))

    replacements.replace(threading.Thread, "start", after(started))
    replacements.replace(ThreadPoolExecutor, "__init__", after(made))


def _shut_down(pool: Any) -> bool:
    with suppress(RuntimeError):  # the loop shuts its own executor down
        if getattr(asyncio.get_running_loop(), "_default_executor", None) is pool:
            return True
    return pool._shutdown or not any(thread.is_alive() for thread in pool._threads)


# --- processes -----------------------------------------------------------------------


def enter_processes(entries: Entries, replacements: Replacements) -> None:
    """Subprocesses, whoever made them, processes of `multiprocessing`, and pools of them."""

    def tell(_: Any, call: str, line: Line) -> Finding:
        return leak("process", call, line, "is still running")

    def tell_pool(pool: Any, call: str, line: Line) -> Finding:
        return leak(
            "process", call, line, f"never shut down, {len(pool._processes or ())} processes"
        )

    subprocess_kind = Kind("process", _exited, tell, may_end=True)
    process_kind = Kind("process", lambda process: not process.is_alive(), tell, may_end=True)
    pool_kind = Kind(
        "process", lambda pool: pool._shutdown_thread or not pool._processes, tell_pool
    )

    def opened(process: subprocess.Popen[bytes]) -> None:
        entries.add(subprocess_kind, process, entries.started(otherwise="subprocess.Popen"))

    def started(process: multiprocessing.process.BaseProcess) -> None:
        entries.add(
            process_kind,
            process,
            entries.started("multiprocessing.Process", OWNERS | {"concurrent"}),
        )

    def made(pool: Any) -> None:
        entries.add(
            pool_kind, pool, entries.started("concurrent.futures.ProcessPoolExecutor", POOLS)
        )

    replacements.replace(subprocess.Popen, "__init__", after(opened))
    replacements.replace(multiprocessing.process.BaseProcess, "start", after(started))
    replacements.replace_path(
        "concurrent.futures.process", "ProcessPoolExecutor.__init__", after(made)
    )


def _exited(process: subprocess.Popen[bytes]) -> bool:
    if process.returncode is not None:
        return True
    if not hasattr(os, "waitid"):
        return process.poll() is not None
    try:  # looks without reaping: whoever waits for it is to find it
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True
