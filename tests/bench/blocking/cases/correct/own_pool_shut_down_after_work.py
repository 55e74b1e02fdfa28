"""A thread pool in a `with`, left when its work is done."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor


async def main() -> None:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(3) as pool:
        await asyncio.gather(*(loop.run_in_executor(pool, time.sleep, 0.1) for _ in range(3)))
