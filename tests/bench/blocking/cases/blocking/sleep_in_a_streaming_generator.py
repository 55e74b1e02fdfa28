"""A streamed answer whose asynchronous generator paces itself with `time.sleep`."""

import time
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from tests.bench.blocking import props

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "streaming generator"

app = FastAPI()


async def progress() -> AsyncIterator[str]:
    for percent in (0, 100):
        yield f"{percent}\n"
        time.sleep(0.15)  # <-


@app.get("/progress")
async def stream() -> StreamingResponse:
    return StreamingResponse(progress())


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/progress")).text == "0\n100\n"
