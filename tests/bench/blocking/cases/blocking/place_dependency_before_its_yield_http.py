"""A dependency asks another service before its yield."""

from collections.abc import AsyncIterator
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI

from tests.bench.blocking import props

FAMILY = "http"
CALL = "httpx.get"
PLACE = "dependency with yield"

app = FastAPI()


async def quota() -> AsyncIterator[int]:
    answer = httpx.get(props.url())  # <-
    yield len(answer.text)


@app.get("/")
async def root(left: Annotated[int, Depends(quota)]) -> int:
    return left


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/")).json() == 1
