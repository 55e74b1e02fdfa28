"""A thread that burns in Python beside a loop of many short steps."""

import asyncio
import time


def crunch() -> int:
    end = time.thread_time() + 0.4
    rounds = 0
    while time.thread_time() < end:
        rounds += 1
    return rounds


async def main() -> None:
    work = asyncio.create_task(asyncio.to_thread(crunch))
    ticks = 0
    while not work.done():
        ticks += sum(range(100))
        await asyncio.sleep(0.001)
    assert await work
