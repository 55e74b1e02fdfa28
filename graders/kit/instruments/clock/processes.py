"""Processes of `multiprocessing` on a virtual clock: real work, and waits in real time.

A process at work keeps the clock from moving, as a subprocess does, until it has ended or the
clock's patience is over. The processes of pools and managers do not: they wait for jobs as
long as the pool exists. It is the jobs that count, until their results are there: those of
`multiprocessing.pool` here, also of its pool of threads; those of a `ProcessPoolExecutor` in
`threads`.

`multiprocessing` computes deadlines around waits in the kernel. These have to be real: a
virtual clock does not move during a real wait, so the deadline would never come.
"""

from __future__ import annotations

import functools
import multiprocessing.process
from collections.abc import Callable
from types import ModuleType
from typing import Any

from graders.kit.instruments import private
from graders.kit.instruments.clock.participants import ExternalWork
from graders.kit.instruments.clock.schedule import Schedule
from graders.kit.instruments.patching import Patches

SERVICES = ("concurrent.futures.process", "multiprocessing.managers", "multiprocessing.pool")
"""Modules whose processes wait for jobs: they do not keep the clock from moving."""


def hold_processes(schedule: Schedule, patches: Patches, real_time: Any) -> None:
    """Let processes that a participant starts hold the clock; `real_time` is like `time`."""

    def start(original: Callable[[Any], None]) -> Callable[[Any], None]:
        @functools.wraps(original)
        def started(process: Any) -> None:
            # Before it starts: `multiprocessing` deletes the target then.
            service = _is_service(process)
            original(process)
            if schedule.on_thread() is not None and not service:
                schedule.begin(ExternalWork(None, lambda: _has_ended(process), polled=True))

        return started

    patches.replace(multiprocessing.process.BaseProcess, "start", start)
    patches.when_imported("multiprocessing.pool", functools.partial(_hold_jobs, schedule, patches))
    for entry in private.MULTIPROCESSING_TIMES:
        patches.when_imported(entry.module, functools.partial(_real, patches, real_time))
    patches.when_imported(
        private.SOCKETSERVER_TIME.module,
        functools.partial(_real, patches, real_time.monotonic),
    )


def _hold_jobs(schedule: Schedule, patches: Patches, module: ModuleType) -> None:
    """Let what is handed to a `Pool` hold the clock until it is done, or the pool terminated."""

    def make(original: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(original)
        def made(result: Any, pool: Any, *args: Any, **kwargs: Any) -> None:
            original(result, pool, *args, **kwargs)
            if schedule.on_thread() is None:
                return

            def ended() -> bool:
                if private.MULTIPROCESSING_POOL_STATE.of(pool) == module.TERMINATE:
                    return True
                if hasattr(result, "ready"):
                    return bool(result.ready())
                # That of `imap` is an iterator: it is in the pool's cache until all has come.
                return result not in private.MULTIPROCESSING_POOL_CACHE.of(pool).values()

            schedule.begin(ExternalWork(None, ended, polled=True))

        return made

    for kind in (module.ApplyResult, module.IMapIterator):
        patches.replace(kind, "__init__", make)


def _real(patches: Patches, real_time: Any, module: ModuleType) -> None:
    patches.set(module, "time", real_time)


def _is_service(process: Any) -> bool:
    target = getattr(process, private.PROCESS_TARGET.name, None)
    return getattr(target, "__module__", None) in SERVICES


def _has_ended(process: multiprocessing.process.BaseProcess) -> bool:
    from multiprocessing.connection import wait  # not before a process needs it

    try:
        return bool(wait([process.sentinel], 0))
    except (OSError, ValueError):  # closed meanwhile
        return True
