"""Processes of `multiprocessing` on a virtual clock: real work, and waits in real time.

A process at work keeps the clock from moving, as a subprocess does, until it has ended or the
clock's patience is over. The processes of pools and managers do not: they wait for jobs as
long as the pool exists. Jobs of a `ProcessPoolExecutor` are counted one by one, in `threads`.

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
    for entry in private.MULTIPROCESSING_TIMES:
        patches.when_imported(entry.module, functools.partial(_real, patches, real_time))
    patches.when_imported(
        private.SOCKETSERVER_TIME.module,
        functools.partial(_real, patches, real_time.monotonic),
    )


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
