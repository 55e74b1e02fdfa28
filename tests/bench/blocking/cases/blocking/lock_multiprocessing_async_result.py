"""The result of `Pool.apply_async`, asked for at once."""

import asyncio
import multiprocessing
import operator
import time

FAMILY = "lock"
CALL = "multiprocessing.pool.AsyncResult.get"
PLACE = "helper"

pool = multiprocessing.get_context("fork").Pool(1)


def product(numbers: tuple[int, int]) -> int:
    pool.apply_async(time.sleep, [0.25])
    return pool.apply_async(operator.mul, numbers).get()  # <-


def close() -> None:
    pool.terminate()
    pool.join()


async def main() -> None:
    assert product((6, 7)) == 42
    await asyncio.to_thread(close)
