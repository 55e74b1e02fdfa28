"""A coroutine under `wait_for` waits for a time by looking at the clock."""

import asyncio
import time

FAMILY = "cpu"
CALL = "cool_down"
PLACE = "wait_for"


async def cool_down(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:  # <-
        pass


async def main() -> None:
    await asyncio.wait_for(cool_down(2.0), timeout=10)
