"""A counter whose lock a thread holds for microseconds."""

import asyncio
import hashlib
import threading


class Counter:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.count = 0

    def add(self) -> None:
        with self.lock:
            self.count += 1


def work(counter: Counter) -> None:
    for _ in range(500):
        hashlib.sha256(bytes(200_000))
        counter.add()


async def main() -> None:
    counter = Counter()
    worker = asyncio.create_task(asyncio.to_thread(work, counter))
    while not worker.done():
        counter.add()
        await asyncio.sleep(0.001)
    assert counter.count > 500
