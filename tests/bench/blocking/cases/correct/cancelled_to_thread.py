"""A thread that is given up on and ends by itself."""

import asyncio
import time


async def main() -> None:
    try:
        await asyncio.wait_for(asyncio.to_thread(time.sleep, 0.3), 0.05)
    except TimeoutError:
        await asyncio.sleep(0.05)
