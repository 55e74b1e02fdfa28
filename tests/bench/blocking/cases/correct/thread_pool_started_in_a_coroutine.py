"""A pool of sixteen threads that starts as it is used."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor


async def main() -> None:
    pool = ThreadPoolExecutor(16)
    futures = [pool.submit(time.sleep, 0.1) for _ in range(16)]
    await asyncio.gather(*map(asyncio.wrap_future, futures))
    await asyncio.to_thread(pool.shutdown)
