"""`time.sleep` in a process pool started by the coroutine."""

import asyncio
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor


async def main() -> None:
    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork"))
    await asyncio.get_running_loop().run_in_executor(pool, time.sleep, 0.1)
    await asyncio.to_thread(pool.shutdown)
