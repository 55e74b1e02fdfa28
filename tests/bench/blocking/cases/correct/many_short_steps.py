"""Many steps of two milliseconds of processor time each."""

import asyncio
import time


def crunch() -> None:
    end = time.thread_time() + 0.002
    while time.thread_time() < end:
        pass


async def main() -> None:
    for _ in range(350):
        crunch()
        await asyncio.sleep(0)
