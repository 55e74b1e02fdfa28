"""An object that is awaited into being: `__await__` waits for a greeting."""

import socket
import threading
from collections.abc import Generator
from typing import Any, Self

FAMILY = "socket"
CALL = "socket.socket.recv"
PLACE = "factory"

ours, theirs = socket.socketpair()


class Mailbox:
    greeting = b""

    async def open(self) -> Self:
        self.greeting = ours.recv(64)  # <-
        return self

    def __await__(self) -> Generator[Any, None, Self]:
        return self.open().__await__()


async def main() -> None:
    threading.Timer(0.3, theirs.send, args=[b"220 ready"]).start()
    assert (await Mailbox()).greeting == b"220 ready"
