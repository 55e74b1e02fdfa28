"""Locks and queues of threads that are not waited for."""

import asyncio
import hashlib
import queue
import subprocess
import threading
import time


# %% filled_queue_and_set_event: A queue with something in it, and an event that is set.
async def main() -> None:
    event = threading.Event()
    event.set()
    assert event.wait()
    items: queue.Queue[int] = queue.Queue()
    simple: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in range(100):
        items.put(number)
        simple.put(number)
        assert items.get() == simple.get()


# %% free_locks: Locks that are free: plain, reentrant, semaphores, a condition to notify.
lock, again = threading.Lock(), threading.RLock()
permits, condition = threading.BoundedSemaphore(3), threading.Condition()


async def main() -> None:
    for _ in range(20):
        with lock, again, again, permits, permits, condition:
            condition.notify_all()
        await asyncio.sleep(0.002)
        assert lock.acquire(timeout=1)
        lock.release()


# %% held_lock_tried: A held lock tried without waiting.
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


# %% lock_shared_with_a_thread: A counter whose lock a thread holds for microseconds.
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


# %% popen_polled: A `Popen` that is polled between sleeps.
async def main() -> None:
    child = subprocess.Popen(["sleep", "0.1"])
    while child.poll() is None:
        await asyncio.sleep(0.01)
    assert child.wait() == 0


# %% queue_without_waiting: A thread's queue asked without waiting.
def produce(items: queue.Queue[int]) -> None:
    for number in range(3):
        time.sleep(0.03)
        items.put(number)


async def main() -> None:
    items: queue.Queue[int] = queue.Queue(5)
    threading.Thread(target=produce, args=(items,)).start()
    found: list[int] = []
    while len(found) < 3:
        try:
            found.append(items.get(block=False))
        except queue.Empty:
            await asyncio.sleep(0.01)
    items.put_nowait(3)
    assert items.get_nowait() == 3
