"""`multiprocessing.Pool.map` in a coroutine."""

import asyncio
import multiprocessing
import time

FAMILY = "lock"
CALL = "multiprocessing.pool.Pool.map"
PLACE = "coroutine"

pool = multiprocessing.get_context("fork").Pool(1)


def close() -> None:
    pool.terminate()
    pool.join()


async def main() -> None:
    pool.map(time.sleep, [0.25])  # <-
    await asyncio.to_thread(close)
