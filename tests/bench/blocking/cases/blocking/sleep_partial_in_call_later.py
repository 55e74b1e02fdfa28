"""A partial of `time.sleep` handed to `call_later`."""

import asyncio
import functools
import time

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "call_later"

nap = functools.partial(time.sleep, 0.15)


async def main() -> None:
    asyncio.get_running_loop().call_later(0, nap)  # <-
    await asyncio.sleep(0.05)
