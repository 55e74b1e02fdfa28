"""A consumer of an `asyncio.Queue` that sends each item on."""

import asyncio

import httpx

from tests.bench.blocking import props

FAMILY = "http"
CALL = "httpx.put"
PLACE = "queue consumer"


async def forward(items: asyncio.Queue[str], seen: list[int]) -> None:
    while True:
        item = await items.get()
        seen.append(httpx.put(props.url(), content=item).status_code)  # <-
        items.task_done()


async def main() -> None:
    items: asyncio.Queue[str] = asyncio.Queue()
    seen: list[int] = []
    consumer = asyncio.create_task(forward(items, seen))
    items.put_nowait("tea")
    await items.join()
    consumer.cancel()
    assert seen == [200]
