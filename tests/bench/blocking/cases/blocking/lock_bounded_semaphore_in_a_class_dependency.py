"""A bounded semaphore in the `__call__` of a class dependency."""

import threading
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException

from tests.bench.blocking import props

FAMILY = "lock"
CALL = "threading.Semaphore.acquire"
PLACE = "class dependency"


class Limit:
    def __init__(self, most: int, patience: float) -> None:
        self.slots = threading.BoundedSemaphore(most)
        self.patience = patience

    async def __call__(self) -> None:
        if not self.slots.acquire(timeout=self.patience):  # <-
            raise HTTPException(429)


app = FastAPI()
limit = Limit(1, 0.2)


@app.get("/export")
async def export(_: Annotated[None, Depends(limit)]) -> str:
    return "export"


async def main() -> None:
    limit.slots.acquire()
    async with props.client(app) as client:
        assert (await client.get("/export")).status_code == 429
