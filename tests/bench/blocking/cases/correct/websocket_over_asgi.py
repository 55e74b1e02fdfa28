"""A websocket that answers what it hears."""

import asyncio
from contextlib import suppress
from typing import Any

from fastapi import FastAPI, WebSocket, WebSocketDisconnect

app = FastAPI()


@app.websocket("/")
async def echo(socket: WebSocket) -> None:
    await socket.accept()
    with suppress(WebSocketDisconnect):
        while True:
            text = await socket.receive_text()
            await asyncio.sleep(0.05)
            await socket.send_text(text)


async def main() -> None:
    scope = {"type": "websocket", "path": "/", "query_string": b"", "headers": []}
    heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    said: asyncio.Queue[Any] = asyncio.Queue()
    heard.put_nowait({"type": "websocket.connect"})
    heard.put_nowait({"type": "websocket.receive", "text": "hello"})
    heard.put_nowait({"type": "websocket.disconnect", "code": 1000})
    await app(scope, heard.get, said.put)
    assert said.qsize() == 2
