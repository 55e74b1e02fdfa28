"""A partial of `time.sleep` as a timer."""

import asyncio
import functools
import time

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "call_later"


async def main() -> None:
    loop = asyncio.get_running_loop()
    loop.call_later(0.01, functools.partial(time.sleep, 0.15))  # <-
    await asyncio.sleep(0.05)
