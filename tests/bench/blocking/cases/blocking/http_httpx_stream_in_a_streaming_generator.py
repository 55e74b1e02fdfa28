"""A proxy that streams from a synchronous `httpx.Client.stream`."""

from collections.abc import AsyncIterator

import httpx
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from tests.bench.blocking import props

FAMILY = "http"
CALL = "httpx.Client.send"
PLACE = "streaming generator"

app = FastAPI()
upstream = httpx.Client(trust_env=False)


async def body() -> AsyncIterator[bytes]:
    with upstream.stream("GET", props.url()) as answer:  # <-
        for chunk in answer.iter_bytes():
            yield chunk


@app.get("/proxy")
async def proxy() -> StreamingResponse:
    return StreamingResponse(body())


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/proxy")).text == "x"
    upstream.close()
