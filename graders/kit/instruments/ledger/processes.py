"""Tracks subprocesses, processes of `multiprocessing`, and pools of them."""

from __future__ import annotations

import multiprocessing.process
import os
import subprocess
from typing import Any

from graders.kit.instruments import private
from graders.kit.instruments.ledger.threads import POOLS
from graders.kit.instruments.patching import Patches
from graders.kit.instruments.tracking import OWNERS, Entries, Kind, after, leak
from graders.kit.shared.record import Finding, Line


def track_processes(entries: Entries, patches: Patches) -> None:
    """Subprocesses, by whichever function they were started, other processes, and pools."""

    def describe(_: Any, call: str, line: Line) -> Finding:
        return leak("process", call, line, "is still running")

    def describe_pool(pool: Any, call: str, line: Line) -> Finding:
        number = len(private.POOL_PROCESSES.of(pool) or ())
        return leak("process", call, line, f"never shut down, {number} processes")

    subprocess_kind = Kind("process", _exited, describe, may_end=True)
    process_kind = Kind("process", lambda process: not process.is_alive(), describe, may_end=True)
    pool_kind = Kind("process", _shut_down, describe_pool)

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

    patches.replace(subprocess.Popen, "__init__", after(opened))
    patches.replace(multiprocessing.process.BaseProcess, "start", after(started))
    patches.replace_path("concurrent.futures.process", "ProcessPoolExecutor.__init__", after(made))


def _shut_down(pool: Any) -> bool:
    return private.POOL_SHUTDOWN_THREAD.of(pool) or not private.POOL_PROCESSES.of(pool)


def _exited(process: subprocess.Popen[bytes]) -> bool:
    if process.returncode is not None:
        return True
    if not hasattr(os, "waitid"):
        return process.poll() is not None
    try:  # does not reap it: the program itself may still wait for it
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True
