"""Waits for a child with `os.waitid`, which hardly anybody uses."""

import os
import subprocess

FAMILY = "subprocess"
CALL = "os.waitid"
PLACE = "helper"


def ended(pid: int) -> int:
    result = os.waitid(os.P_PID, pid, os.WEXITED)  # <-
    assert result is not None
    return result.si_status


async def main() -> None:
    child = subprocess.Popen(["sleep", "0.25"])
    child.returncode = ended(child.pid)
    assert child.returncode == 0
