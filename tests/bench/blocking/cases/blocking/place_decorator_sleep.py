"""A decorator that tries a route again, after a pause."""

import time
from collections.abc import Awaitable, Callable
from functools import wraps

from fastapi import FastAPI

from tests.bench.blocking import props

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "decorator"

app = FastAPI()
failures = ["not yet"]


def retried(route: Callable[[], Awaitable[str]]) -> Callable[[], Awaitable[str]]:
    @wraps(route)
    async def wrapper() -> str:
        while True:
            try:
                return await route()
            except ConnectionError:
                time.sleep(0.15)  # <-

    return wrapper


@app.get("/")
@retried
async def root() -> str:
    if failures:
        raise ConnectionError(failures.pop())
    return "hello"


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/")).json() == "hello"
