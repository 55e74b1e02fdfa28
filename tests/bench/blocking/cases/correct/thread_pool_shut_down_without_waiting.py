"""A thread pool that is told to end while it still works."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor


async def main() -> None:
    pool = ThreadPoolExecutor(1)
    work = asyncio.get_running_loop().run_in_executor(pool, time.sleep, 0.15)
    await asyncio.sleep(0.01)
    pool.shutdown(wait=False)
    await work
