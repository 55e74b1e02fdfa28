"""An asynchronous generator over the lines a child prints."""

import asyncio
import subprocess
from collections.abc import AsyncIterator

FAMILY = "subprocess"
CALL = "pipe.read"
PLACE = "async generator"


async def lines(command: list[str]) -> AsyncIterator[str]:
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for line in child.stdout:  # <-
        yield line.rstrip()
    await asyncio.to_thread(child.communicate)


async def main() -> None:
    found = [line async for line in lines(["sh", "-c", "echo one; sleep 0.25; echo two"])]
    assert found == ["one", "two"]
