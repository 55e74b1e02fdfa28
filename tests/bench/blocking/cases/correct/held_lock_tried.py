"""A held lock tried without waiting."""

import asyncio
import threading
import time

lock = threading.Lock()


def hold() -> None:
    with lock:
        time.sleep(0.1)


async def main() -> None:
    holder = asyncio.create_task(asyncio.to_thread(hold))
    await asyncio.sleep(0.03)
    assert not lock.acquire(timeout=0)
    while not lock.acquire(blocking=False):
        await asyncio.sleep(0.01)
    lock.release()
    await holder
