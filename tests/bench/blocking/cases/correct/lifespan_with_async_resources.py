"""A lifespan that opens and closes a pool asynchronously."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request

from tests.bench.blocking import props


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, list[int]]]:
    await asyncio.sleep(0.1)
    yield {"pool": [1, 2, 3]}
    await asyncio.sleep(0.05)


app = FastAPI(lifespan=lifespan)


@app.get("/")
async def root(request: Request) -> bool:
    return hasattr(request.state, "pool")


async def main() -> None:
    async with app.router.lifespan_context(app), props.client(app) as client:
        assert (await client.get("/")).status_code == 200
