"""The results of `executor.map`, walked through in an async generator."""

import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

FAMILY = "lock"
CALL = "concurrent.futures.Future.result"
PLACE = "async generator"

pool = ThreadPoolExecutor(2)


def geocode(street: str) -> int:
    time.sleep(0.3)
    return len(street)


async def places(streets: list[str]) -> AsyncIterator[int]:
    for place in pool.map(geocode, streets):  # <-
        yield place


async def main() -> None:
    assert [place async for place in places(["Main Street", "Broadway"])] == [11, 8]
    pool.shutdown(wait=False)
