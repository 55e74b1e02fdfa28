"""A line of standard input awaited in a thread."""

import asyncio
import io
import os
import sys

READ, WRITE = os.pipe()
os.set_blocking(WRITE, False)
sys.stdin = io.TextIOWrapper(os.fdopen(READ, "rb"))


async def main() -> None:
    line = asyncio.create_task(asyncio.to_thread(sys.stdin.readline))
    await asyncio.sleep(0.1)
    os.write(WRITE, b"yes\n")
    assert await line == "yes\n"
