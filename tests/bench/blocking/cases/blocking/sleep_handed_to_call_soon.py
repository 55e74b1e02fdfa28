"""`time.sleep` handed to `call_soon`."""

import asyncio
import time

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "call_soon"


async def main() -> None:
    loop = asyncio.get_running_loop()
    loop.call_soon(time.sleep, 0.15)  # <-
    await asyncio.sleep(0)
