"""A thread that waits for a `threading.Event` the coroutine sets."""

import asyncio
import threading


async def main() -> None:
    ready = threading.Event()
    waiter = asyncio.create_task(asyncio.to_thread(ready.wait))
    await asyncio.sleep(0.1)
    ready.set()
    assert await waiter
