"""A supervisor that waits for any of its workers with `os.wait`."""

import os
import subprocess

FAMILY = "subprocess"
CALL = "os.wait"
PLACE = "task"


async def supervise(workers: dict[int, "subprocess.Popen[bytes]"]) -> int:
    pid, status = os.wait()  # <-
    workers[pid].returncode = os.waitstatus_to_exitcode(status)
    return pid


async def main() -> None:
    worker = subprocess.Popen(["sleep", "0.25"])
    assert await supervise({worker.pid: worker}) == worker.pid
