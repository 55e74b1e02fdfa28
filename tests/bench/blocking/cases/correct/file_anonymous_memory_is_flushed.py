"""Flushes shared memory that has no file behind it."""

import asyncio
import mmap


async def main() -> None:
    with mmap.mmap(-1, mmap.PAGESIZE) as memory:
        memory[:4] = b"seen"
        memory.flush()
        await asyncio.sleep(0)
        assert memory[:4] == b"seen"
