"""A `finally` that joins the thread which was to help."""

import asyncio
import threading
import time

FAMILY = "lock"
CALL = "threading.Thread.join"
PLACE = "finally"


async def measure() -> str:
    helper = threading.Thread(target=time.sleep, args=[0.3])
    helper.start()
    try:
        await asyncio.sleep(0)
        return "17 degrees"
    finally:
        helper.join()  # <-


async def main() -> None:
    assert await measure() == "17 degrees"
