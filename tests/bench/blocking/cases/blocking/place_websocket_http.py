"""A websocket endpoint asks another service before it accepts."""

from typing import Any

import httpx
from fastapi import FastAPI, WebSocket

from tests.bench.blocking import props

FAMILY = "http"
CALL = "httpx.get"
PLACE = "websocket"

app = FastAPI()


@app.websocket("/prices")
async def prices(websocket: WebSocket) -> None:
    ticket = httpx.get(f"{props.url()}ticket")  # <-
    await websocket.accept()
    await websocket.send_text(ticket.text)
    await websocket.close()


async def main() -> None:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/prices", "headers": [], "query_string": b""}
    await app(scope, receive, send)
    assert sent[1]["text"] == "x"
