"""Futures watched with `wait` and a timeout of nothing."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor, wait


async def main() -> None:
    pool = ThreadPoolExecutor(2)
    futures = [pool.submit(time.sleep, 0.05) for _ in range(4)]
    while wait(futures, timeout=0).not_done:
        await asyncio.sleep(0.01)
    pool.shutdown(wait=False)
