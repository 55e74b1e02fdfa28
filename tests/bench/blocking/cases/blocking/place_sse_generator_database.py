"""A stream of events that looks into a busy database for each of them."""

import sqlite3
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from tests.bench.blocking import props

FAMILY = "database"
CALL = "sqlite3.Connection.execute"
PLACE = "sse generator"

app = FastAPI()
path = props.folder() / "orders.db"
busy = sqlite3.connect(path, isolation_level=None)
busy.execute("CREATE TABLE orders (item TEXT)")
busy.execute("BEGIN EXCLUSIVE")
database = sqlite3.connect(path, timeout=0.2)


async def news() -> AsyncIterator[str]:
    yield ": hello\n\n"
    try:
        found = database.execute("SELECT count(*) FROM orders")  # <-
        yield f"data: {found}\n\n"
    except sqlite3.OperationalError as error:
        yield f"event: error\ndata: {error}\n\n"


@app.get("/news")
async def subscribe() -> StreamingResponse:
    return StreamingResponse(news(), media_type="text/event-stream")


async def main() -> None:
    async with props.client(app) as client:
        assert "event: error" in (await client.get("/news")).text
