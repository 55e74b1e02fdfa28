"""`recv` of a socket whose peer stays silent."""

import socket

FAMILY = "socket"
CALL = "socket.socket.recv"
PLACE = "coroutine"

ours, theirs = socket.socketpair()
ours.settimeout(0.2)


async def main() -> None:
    try:
        ours.recv(1024)  # <-
    except TimeoutError:
        ours.close()
        theirs.close()
