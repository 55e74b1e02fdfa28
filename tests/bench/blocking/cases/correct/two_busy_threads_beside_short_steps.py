"""Two threads that burn in Python beside a loop of many short steps."""

import asyncio
import time


def crunch() -> None:
    end = time.thread_time() + 0.25
    while time.thread_time() < end:
        pass


async def main() -> None:
    work = asyncio.gather(asyncio.to_thread(crunch), asyncio.to_thread(crunch))
    while not work.done():
        sorted(range(50))
        await asyncio.sleep(0)
    await work
