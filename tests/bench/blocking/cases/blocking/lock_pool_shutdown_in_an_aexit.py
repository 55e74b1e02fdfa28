"""`Executor.shutdown` in `__aexit__`, with work under way."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Self

FAMILY = "lock"
CALL = "concurrent.futures.Executor.shutdown"
PLACE = "async context manager"


class Workers:
    async def __aenter__(self) -> Self:
        self.pool = ThreadPoolExecutor(2)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.pool.shutdown()  # <-


async def main() -> None:
    async with Workers() as workers:
        workers.pool.submit(time.sleep, 0.3)
