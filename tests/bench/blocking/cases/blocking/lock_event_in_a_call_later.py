"""A timer of the loop that waits for a thread's event."""

import asyncio
import threading

FAMILY = "lock"
CALL = "threading.Event.wait"
PLACE = "call_later"

flushed = threading.Event()


def check(done: asyncio.Event) -> None:
    flushed.wait()  # <-
    done.set()


async def main() -> None:
    done = asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, check, done)
    threading.Timer(0.4, flushed.set).start()
    await done.wait()
