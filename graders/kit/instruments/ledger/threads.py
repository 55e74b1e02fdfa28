"""Tracks threads and thread pools."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from graders.kit.instruments import private
from graders.kit.instruments.patching import Patches
from graders.kit.instruments.tracking import OWNERS, Entries, Kind, after, leak
from graders.kit.shared.record import Finding, Line

POOLS = OWNERS | {"asyncio", "concurrent", "multiprocessing"}
"""Packages whose threads are not the watched code's: the pool has an entry instead."""


def track_threads(entries: Entries, patches: Patches) -> None:
    """Threads, and thread pools: a pool has an entry instead of its workers."""

    def describe_thread(thread: threading.Thread, call: str, line: Line) -> Finding:
        return leak("thread", call, line, f"{thread.name} is still running")

    def describe_pool(pool: Any, call: str, line: Line) -> Finding:
        return leak(
            "thread", call, line, f"never shut down, {len(private.POOL_THREADS.of(pool))} threads"
        )

    thread = Kind("thread", lambda thread: not thread.is_alive(), describe_thread, may_end=True)
    pool = Kind("thread", _shut_down, describe_pool)

    def started(new: threading.Thread) -> None:
        entries.add(thread, new, entries.started("threading.Thread", POOLS))

    def made(new: ThreadPoolExecutor) -> None:
        entries.add(pool, new, entries.started("concurrent.futures.ThreadPoolExecutor", POOLS))

    patches.replace(threading.Thread, "start", after(started))
    patches.replace(ThreadPoolExecutor, "__init__", after(made))


def _shut_down(pool: Any) -> bool:
    with suppress(RuntimeError):  # the loop shuts its own executor down
        if getattr(asyncio.get_running_loop(), private.LOOP_DEFAULT_EXECUTOR.name, None) is pool:
            return True
    threads = private.POOL_THREADS.of(pool)
    return private.POOL_SHUTDOWN.of(pool) or not any(thread.is_alive() for thread in threads)
