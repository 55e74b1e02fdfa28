"""An asynchronous iterator over a selector's events, that waits in `select`."""

import selectors
import socket

FAMILY = "socket"
CALL = "self.selector.select"
PLACE = "async iterator"


class Events:
    def __init__(self, sock: socket.socket) -> None:
        self.selector = selectors.DefaultSelector()
        self.selector.register(sock, selectors.EVENT_READ)

    def __aiter__(self) -> "Events":
        return self

    async def __anext__(self) -> int:
        ready = self.selector.select(timeout=0.2)  # <-
        if not ready:
            self.selector.close()
            raise StopAsyncIteration
        return len(ready)


async def main() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert [event async for event in Events(ours)] == []
