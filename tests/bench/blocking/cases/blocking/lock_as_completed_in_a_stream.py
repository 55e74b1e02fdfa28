"""`concurrent.futures.as_completed` in a streaming generator."""

import concurrent.futures
import time
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from tests.bench.blocking import props

FAMILY = "lock"
CALL = "threading.Event.wait"
PLACE = "streaming generator"

app = FastAPI()
pool = concurrent.futures.ThreadPoolExecutor(2)


def render(page: int) -> str:
    time.sleep(0.25)
    return f"page {page}\n"


async def pages() -> AsyncIterator[str]:
    futures = [pool.submit(render, page) for page in range(2)]
    for future in concurrent.futures.as_completed(futures):  # <-
        yield future.result()


@app.get("/book")
async def book() -> StreamingResponse:
    return StreamingResponse(pages())


async def main() -> None:
    async with props.client(app) as client:
        assert "page 1" in (await client.get("/book")).text
    pool.shutdown(wait=False)
