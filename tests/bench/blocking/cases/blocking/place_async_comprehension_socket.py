"""An async comprehension over messages of a blocking socket."""

import socket
import threading
from collections.abc import AsyncIterator

FAMILY = "socket"
CALL = "socket.socket.recv"
PLACE = "async comprehension"

ours, theirs = socket.socketpair()


async def topics() -> AsyncIterator[str]:
    yield "weather"


def message(topic: str) -> str:
    return f"{topic}: {ours.recv(100).decode()}"  # <-


async def main() -> None:
    threading.Timer(0.3, theirs.send, args=[b"rain"]).start()
    assert [message(topic) async for topic in topics()] == ["weather: rain"]
