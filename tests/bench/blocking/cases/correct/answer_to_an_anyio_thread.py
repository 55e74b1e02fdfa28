"""An anyio thread that asks its loop and waits for the answer."""

import time

import anyio
import anyio.from_thread
import anyio.to_thread


async def price(name: str) -> int:
    await anyio.sleep(0.05)
    return len(name)


def invoice() -> int:
    time.sleep(0.05)
    return anyio.from_thread.run(price, "pear")


async def main() -> None:
    assert await anyio.to_thread.run_sync(invoice) == 4
