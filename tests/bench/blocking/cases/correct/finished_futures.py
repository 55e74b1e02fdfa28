"""Results of futures that are finished."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor, wait


async def main() -> None:
    pool = ThreadPoolExecutor(2)
    futures = [pool.submit(time.sleep, 0.05) for _ in range(4)]
    await asyncio.gather(*map(asyncio.wrap_future, futures))
    assert [future.result() for future in futures] == [None] * 4
    assert futures[0].exception() is None
    assert len(wait(futures).done) == 4
    pool.shutdown(wait=False)
