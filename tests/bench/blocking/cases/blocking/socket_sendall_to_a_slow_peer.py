"""`sendall` of much to a peer that does not read."""

import socket

FAMILY = "socket"
CALL = "socket.socket.sendall"
PLACE = "coroutine"

ours, theirs = socket.socketpair()
ours.settimeout(0.2)
picture = bytes(16 * 1024**2)


async def main() -> None:
    with ours, theirs:
        try:
            ours.sendall(picture)  # <-
        except TimeoutError:
            pass
