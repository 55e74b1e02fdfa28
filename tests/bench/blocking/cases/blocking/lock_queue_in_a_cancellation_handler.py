"""A cancelled consumer that drains a thread queue before it goes."""

import asyncio
import queue

FAMILY = "lock"
CALL = "queue.Queue.get"
PLACE = "cancellation handler"

letters: queue.Queue[str] = queue.Queue()


async def consume(read: list[str]) -> None:
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        try:
            read.append(letters.get(timeout=0.2))  # <-
        except queue.Empty:
            pass
        raise


async def main() -> None:
    read: list[str] = []
    consumer = asyncio.create_task(consume(read))
    await asyncio.sleep(0)
    consumer.cancel()
    await asyncio.wait([consumer])
    assert read == []
