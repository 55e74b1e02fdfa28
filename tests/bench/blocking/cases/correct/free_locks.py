"""Locks that are free: plain, reentrant, semaphores, a condition to notify."""

import asyncio
import threading

lock, again = threading.Lock(), threading.RLock()
permits, condition = threading.BoundedSemaphore(3), threading.Condition()


async def main() -> None:
    for _ in range(20):
        with lock, again, again, permits, permits, condition:
            condition.notify_all()
        await asyncio.sleep(0.002)
        assert lock.acquire(timeout=1)
        lock.release()
