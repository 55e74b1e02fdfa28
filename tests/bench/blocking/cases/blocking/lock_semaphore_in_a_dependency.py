"""A thread semaphore that limits requests, in a dependency."""

import threading
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException

from tests.bench.blocking import props

FAMILY = "lock"
CALL = "threading.Semaphore.acquire"
PLACE = "dependency"

app = FastAPI()
slots = threading.Semaphore(1)


async def slot() -> None:
    if not slots.acquire(timeout=0.2):  # <-
        raise HTTPException(429)


@app.get("/report")
async def report(_: Annotated[None, Depends(slot)]) -> str:
    return "report"


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/report")).status_code == 200
        assert (await client.get("/report")).status_code == 429
