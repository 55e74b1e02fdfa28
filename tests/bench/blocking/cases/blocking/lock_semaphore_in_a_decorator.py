"""A decorator around a route that takes a permit of a thread semaphore."""

import threading
from collections.abc import Awaitable, Callable
from functools import wraps

from fastapi import FastAPI, HTTPException

from tests.bench.blocking import props

FAMILY = "lock"
CALL = "threading.Semaphore.acquire"
PLACE = "decorator"

app = FastAPI()
permits = threading.BoundedSemaphore(1)


def limited(route: Callable[[], Awaitable[str]]) -> Callable[[], Awaitable[str]]:
    @wraps(route)
    async def wrapper() -> str:
        if not permits.acquire(timeout=0.15):  # <-
            raise HTTPException(429)
        return await route()

    return wrapper


@app.get("/")
@limited
async def root() -> str:
    return "in"


async def main() -> None:
    permits.acquire()
    async with props.client(app) as client:
        assert (await client.get("/")).status_code == 429
    permits.release()
