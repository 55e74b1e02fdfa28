"""`os.read` of a pipe nobody has written to yet."""

import asyncio
import os

FAMILY = "file"
CALL = "os.read"
PLACE = "task"


async def received(descriptor: int) -> bytes:
    return os.read(descriptor, 100)  # <-


async def main() -> None:
    reading, writing = os.pipe()
    command = "sleep 0.25; echo ready"
    child = await asyncio.create_subprocess_shell(command, stdout=writing)
    assert await asyncio.create_task(received(reading)) == b"ready\n"
    await child.wait()
    os.close(reading)
    os.close(writing)
