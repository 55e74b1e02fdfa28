"""The result of a process pool's future."""

import asyncio
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor

FAMILY = "lock"
CALL = "concurrent.futures.Future.result"
PLACE = "coroutine"

pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork"))
pool.submit(abs, -1).result()


async def main() -> None:
    pool.submit(time.sleep, 0.25).result()  # <-
    await asyncio.to_thread(pool.shutdown)
