"""`time.sleep(0)`, which only offers the processor to others."""

import asyncio
import time


async def main() -> None:
    for _ in range(10):
        time.sleep(0)
        await asyncio.sleep(0)
