"""`time.sleep` in the loop's own executor."""

import asyncio
import time


async def main() -> None:
    await asyncio.get_running_loop().run_in_executor(None, time.sleep, 0.15)
