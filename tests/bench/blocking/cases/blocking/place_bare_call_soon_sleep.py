"""`time.sleep` itself as a callback."""

import asyncio
import time

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "call_soon"


async def main() -> None:
    asyncio.get_running_loop().call_soon(time.sleep, 0.15)  # <-
    await asyncio.sleep(0)
    await asyncio.sleep(0)
