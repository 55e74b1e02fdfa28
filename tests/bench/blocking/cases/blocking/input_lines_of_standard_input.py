"""A consumer of lines that iterates over `sys.stdin`, a pipe."""

import asyncio
import subprocess
import sys

FAMILY = "input"
CALL = "sys.stdin.read"
PLACE = "coroutine"


async def consume(queue: asyncio.Queue[str]) -> None:
    for line in sys.stdin:  # <-
        queue.put_nowait(line.strip())


async def main() -> None:
    queue: asyncio.Queue[str] = asyncio.Queue()
    feeder = subprocess.Popen(["sh", "-c", "sleep 0.25; echo tea"], stdout=-1, text=True)
    assert feeder.stdout is not None
    sys.stdin = feeder.stdout
    await consume(queue)
    assert queue.get_nowait() == "tea"
    await asyncio.to_thread(feeder.communicate)
