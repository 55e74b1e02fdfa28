"""A lambda that sleeps, in an executor: the call is written in a coroutine and made elsewhere."""

import asyncio
import time


async def main() -> None:
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, lambda: time.sleep(0.15))
