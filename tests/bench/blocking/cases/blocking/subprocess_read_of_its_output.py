"""Reads what a child prints, from `Popen.stdout`."""

import asyncio
import subprocess

FAMILY = "subprocess"
CALL = "pipe.read"
PLACE = "coroutine"


async def main() -> None:
    child = subprocess.Popen(["sh", "-c", "sleep 0.25; echo 42"], stdout=subprocess.PIPE)
    assert child.stdout is not None
    output = child.stdout.read()  # <-
    assert int(output) == 42
    await asyncio.to_thread(child.communicate)
