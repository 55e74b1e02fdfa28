"""`select.select` on a socket, with a timeout."""

import select
import socket

FAMILY = "socket"
CALL = "select.select"
PLACE = "coroutine"

ours, theirs = socket.socketpair()


async def readable(sock: socket.socket, patience: float) -> bool:
    ready, _, _ = select.select([sock], [], [], patience)  # <-
    return bool(ready)


async def main() -> None:
    with ours, theirs:
        assert not await readable(ours, 0.2)
