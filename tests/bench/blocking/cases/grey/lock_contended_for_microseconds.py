"""A lock that a thread takes all the time, for microseconds: contention, or a wait?"""

import asyncio
import threading

lock = threading.Lock()
seen: list[int] = []


def work() -> None:
    for number in range(20_000):
        with lock:
            seen.append(number)


async def main() -> None:
    worker = asyncio.create_task(asyncio.to_thread(work))
    while not worker.done():
        with lock:
            seen.append(0)
        await asyncio.sleep(0)
