"""Starts a child in a coroutine, and waits for it with `Popen.wait`."""

import subprocess

FAMILY = "subprocess"
CALL = "subprocess.Popen.wait"
PLACE = "coroutine"


async def main() -> None:
    child = subprocess.Popen(["sleep", "0.25"])
    assert child.wait() == 0  # <-
