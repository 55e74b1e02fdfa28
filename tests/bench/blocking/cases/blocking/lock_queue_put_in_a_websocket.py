"""`queue.Queue.put` into a full queue, in a websocket endpoint."""

import queue
from typing import Any

from fastapi import FastAPI, WebSocket

FAMILY = "lock"
CALL = "queue.Queue.put"
PLACE = "websocket"

app = FastAPI()
inbox: queue.Queue[str] = queue.Queue(maxsize=1)


@app.websocket("/chat")
async def chat(websocket: WebSocket) -> None:
    await websocket.accept()
    async for message in websocket.iter_text():
        try:
            inbox.put(message, timeout=0.2)  # <-
        except queue.Full:
            await websocket.send_text("too fast")


async def main() -> None:
    inbox.put("earlier")
    incoming: list[dict[str, Any]] = [
        {"type": "websocket.connect"},
        {"type": "websocket.receive", "text": "hello"},
        {"type": "websocket.disconnect", "code": 1000},
    ]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return incoming.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/chat", "headers": [], "query_string": b""}
    await app(scope, receive, send)
    assert sent[-1]["text"] == "too fast"
