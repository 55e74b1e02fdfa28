"""Server-sent events from an asynchronous generator."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from tests.bench.blocking import props

app = FastAPI()


async def ticks() -> AsyncIterator[str]:
    for number in range(10):
        await asyncio.sleep(0.02)
        yield f"data: {number}\n\n"


@app.get("/")
async def root() -> StreamingResponse:
    return StreamingResponse(ticks(), media_type="text/event-stream")


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/")).text.count("data:") == 10
