"""Reaps a child with `os.waitpid`."""

import os
import subprocess

FAMILY = "subprocess"
CALL = "os.waitpid"
PLACE = "coroutine"


async def main() -> None:
    child = subprocess.Popen(["sleep", "0.25"])
    _, status = os.waitpid(child.pid, 0)  # <-
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
