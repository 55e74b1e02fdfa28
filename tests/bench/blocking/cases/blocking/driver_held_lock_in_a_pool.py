"""A driver whose pool of connections is empty: it waits in C, in a dependency with yield."""

import sys
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, FastAPI

from tests.bench.blocking import props

FAMILY = "lock"
CALL = "pool.take"
PLACE = "dependency with yield"

DRIVER = """
import _queue

class Pool:
    def __init__(self, size: int) -> None:
        self.free = _queue.SimpleQueue()
        for number in range(size):
            self.free.put(number)

    def take(self, patience: float) -> int:
        try:
            return self.free.get(True, patience)
        except _queue.Empty:
            return -1

    def give_back(self, number: int) -> None:
        self.free.put(number)
"""

(props.folder() / "pooled.py").write_text(DRIVER)
sys.path.insert(0, str(props.folder()))
import pooled  # noqa: E402

app = FastAPI()
pool = pooled.Pool(1)


async def connection() -> AsyncIterator[int]:
    number = pool.take(0.2)  # <-
    yield number
    pool.give_back(number)


@app.get("/")
async def root(number: Annotated[int, Depends(connection)]) -> int:
    return number


async def main() -> None:
    pool.take(0)
    async with props.client(app) as client:
        assert (await client.get("/")).json() == -1
