"""Twenty tasks of short steps, all ready at once."""

import asyncio
import time


async def worker() -> None:
    for _ in range(10):
        end = time.thread_time() + 0.003
        while time.thread_time() < end:
            pass
        await asyncio.sleep(0)


async def main() -> None:
    await asyncio.gather(*(worker() for _ in range(20)))
