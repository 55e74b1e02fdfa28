"""A pool of connections in a `LifoQueue`, in a dependency with yield."""

import queue
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException

from tests.bench.blocking import props

FAMILY = "lock"
CALL = "queue.Queue.get"
PLACE = "dependency with yield"

app = FastAPI()
pool: queue.LifoQueue[str] = queue.LifoQueue()


async def connection() -> AsyncIterator[str]:
    try:
        found = pool.get(timeout=0.2)  # <-
    except queue.Empty:
        raise HTTPException(503) from None
    yield found
    pool.put_nowait(found)


@app.get("/rows")
async def rows(found: Annotated[str, Depends(connection)]) -> str:
    return found


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/rows")).status_code == 503
