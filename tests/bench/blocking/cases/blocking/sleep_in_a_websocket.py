"""A websocket endpoint that waits between messages with `time.sleep`."""

import time
from typing import Any

from fastapi import FastAPI, WebSocket

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "websocket"

app = FastAPI()


@app.websocket("/prices")
async def prices(websocket: WebSocket) -> None:
    await websocket.accept()
    for price in ("10.1", "10.2"):
        await websocket.send_text(price)
        time.sleep(0.15)  # <-
    await websocket.close()


async def main() -> None:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/prices", "headers": [], "query_string": b""}
    await app(scope, receive, send)
    assert [m["text"] for m in sent if "text" in m] == ["10.1", "10.2"]
