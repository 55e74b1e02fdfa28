"""Processor time spent in a process pool."""

import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor


async def main() -> None:
    pool = ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork"))
    loop = asyncio.get_running_loop()
    jobs = [loop.run_in_executor(pool, sum, range(size)) for size in (3_000_000, 4_000_000)]
    assert len(await asyncio.gather(*jobs)) == 2
    await asyncio.to_thread(pool.shutdown)
