"""A websocket endpoint that sends pages of a query, each by `fetchmany`."""

import asyncio
import sqlite3
from typing import Any

from fastapi import FastAPI, WebSocket

FAMILY = "database"
CALL = "sqlite3.Cursor.fetchmany"
PLACE = "websocket"

QUERY = """
with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 2000000)
select n from numbers where n % 1000 = 0
"""

app = FastAPI()
database = sqlite3.connect(":memory:", check_same_thread=False)


@app.websocket("/rows")
async def rows(websocket: WebSocket) -> None:
    await websocket.accept()
    cursor = await asyncio.to_thread(database.execute, QUERY)
    while page := cursor.fetchmany(1500):  # <-
        await websocket.send_json(len(page))
    await websocket.close()


async def main() -> None:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/rows", "headers": [], "query_string": b""}
    await app(scope, receive, send)
    assert [m["text"] for m in sent if "text" in m] == ["1500", "500"]
