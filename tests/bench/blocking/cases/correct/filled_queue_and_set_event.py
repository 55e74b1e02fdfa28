"""A queue with something in it, and an event that is set."""

import queue
import threading


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
