"""A page is put together string by string, from its end, in a streaming generator."""

from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from tests.bench.blocking import props

FAMILY = "cpu"
CALL = "page"
PLACE = "streaming generator"

app = FastAPI()
archive = "<tr><td>0</td><td>a row of a long table</td></tr>\n" * 10_000


async def page(rows: int) -> AsyncIterator[str]:
    yield "<table>"
    body = archive
    for number in range(rows):
        body = f"<tr><td>{number}</td><td>a row of a long table</td></tr>\n" + body  # <-
    yield body


@app.get("/table")
async def table() -> StreamingResponse:
    return StreamingResponse(page(12_000))


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/table")).status_code == 200
