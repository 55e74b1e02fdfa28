"""A coroutine under `wait_for` that no timeout can stop."""

import asyncio
import time

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "wait_for"


async def answer() -> str:
    await asyncio.sleep(0)
    time.sleep(0.15)  # <-
    return "late"


async def main() -> None:
    try:
        await asyncio.wait_for(answer(), timeout=0.1)
    except TimeoutError:
        pass
