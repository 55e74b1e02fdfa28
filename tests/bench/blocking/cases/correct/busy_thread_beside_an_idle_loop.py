"""A thread that burns in Python beside a loop with nothing to do."""

import asyncio
import time


def crunch() -> None:
    end = time.thread_time() + 0.4
    while time.thread_time() < end:
        sum(range(1000))


async def main() -> None:
    await asyncio.to_thread(crunch)
