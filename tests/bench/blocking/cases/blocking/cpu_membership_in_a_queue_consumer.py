"""A consumer that looks up every id in a long list."""

import asyncio

FAMILY = "cpu"
CALL = "consume"
PLACE = "queue consumer"

known = list(range(10_000))


async def consume(batches: asyncio.Queue[range]) -> int:
    batch = await batches.get()
    fresh = 0
    for number in batch:
        fresh += number not in known  # <-
    batches.task_done()
    return fresh


async def main() -> None:
    batches: asyncio.Queue[range] = asyncio.Queue()
    consumer = asyncio.create_task(consume(batches))
    batches.put_nowait(range(8_000, 11_000))
    assert await consumer == 1_000
