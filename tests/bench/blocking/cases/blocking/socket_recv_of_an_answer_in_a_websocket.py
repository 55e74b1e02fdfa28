"""A websocket endpoint that asks a server by a raw socket, and waits for the answer in `recv`."""

import asyncio
import socket
from typing import Any

from fastapi import FastAPI, WebSocket

from tests.bench.blocking import props

FAMILY = "socket"
CALL = "socket.socket.recv"
PLACE = "websocket"

app = FastAPI()
upstream = socket.create_connection(("127.0.0.1", props.port()))


@app.websocket("/ask")
async def ask(websocket: WebSocket) -> None:
    await websocket.accept()
    question = await websocket.receive_text()
    await asyncio.to_thread(upstream.sendall, question.encode())
    answer = upstream.recv(1024)  # <-
    await websocket.send_bytes(answer)


async def main() -> None:
    incoming: list[dict[str, Any]] = [
        {"type": "websocket.connect"},
        {"type": "websocket.receive", "text": "status"},
    ]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return incoming.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/ask", "headers": [], "query_string": b""}
    await app(scope, receive, send)
    upstream.close()
    assert sent[-1]["bytes"].startswith(b"HTTP/1.1 200")
