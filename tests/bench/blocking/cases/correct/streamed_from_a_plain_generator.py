"""A response streamed from a plain generator that sleeps: Starlette gives it a thread."""

import time
from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from tests.bench.blocking import props

app = FastAPI()


def rows() -> Iterator[str]:
    for number in range(5):
        time.sleep(0.03)
        yield f"{number}\n"


@app.get("/")
async def root() -> StreamingResponse:
    return StreamingResponse(rows())


async def main() -> None:
    async with props.client(app) as client:
        async with client.stream("GET", "/") as answer:
            assert [line async for line in answer.aiter_lines()] == list("01234")
