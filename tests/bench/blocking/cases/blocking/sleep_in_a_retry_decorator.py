"""A retry decorator written for plain functions: it sleeps between the tries."""

import functools
import time
from collections.abc import Awaitable, Callable

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "decorator"


def retried(work: Callable[[int], Awaitable[str]]) -> Callable[[int], Awaitable[str]]:
    @functools.wraps(work)
    async def tried(number: int) -> str:
        try:
            return await work(number)
        except ConnectionError:
            time.sleep(0.15)  # <-
            return await work(number + 1)

    return tried


@retried
async def fetch(number: int) -> str:
    if number == 0:
        raise ConnectionError
    return "fetched"


async def main() -> None:
    assert await fetch(0) == "fetched"
