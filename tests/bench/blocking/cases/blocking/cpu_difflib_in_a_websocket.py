"""The nearest of many words, in a websocket endpoint."""

import difflib
from typing import Any

from fastapi import FastAPI, WebSocket

FAMILY = "cpu"
CALL = "suggest"
PLACE = "websocket"

app = FastAPI()
words = [f"{number * 7919 % 99_991:05}tion" for number in range(55_000)]


@app.websocket("/suggest")
async def suggest(websocket: WebSocket) -> None:
    await websocket.accept()
    async for typed in websocket.iter_text():
        near = difflib.get_close_matches(typed, words, cutoff=0.7)  # <-
        await websocket.send_json(near)


async def main() -> None:
    incoming: list[dict[str, Any]] = [
        {"type": "websocket.connect"},
        {"type": "websocket.receive", "text": "10203tion"},
        {"type": "websocket.disconnect", "code": 1000},
    ]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return incoming.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/suggest", "headers": [], "query_string": b""}
    await app(scope, receive, send)
    assert sent[-1]["type"] == "websocket.send"
