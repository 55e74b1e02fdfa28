"""A thread's queue asked without waiting."""

import asyncio
import queue
import threading
import time


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
