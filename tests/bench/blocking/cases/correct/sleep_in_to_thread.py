"""`time.sleep` handed to `asyncio.to_thread`."""

import asyncio
import time


async def main() -> None:
    await asyncio.to_thread(time.sleep, 0.15)
