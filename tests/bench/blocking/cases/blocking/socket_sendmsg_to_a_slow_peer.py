"""`sendmsg` to a peer that does not read."""

import socket

FAMILY = "socket"
CALL = "socket.socket.sendmsg"
PLACE = "coroutine"

ours, theirs = socket.socketpair()
ours.settimeout(0.2)
frames = [bytes(65536)] * 64


async def main() -> None:
    with ours, theirs:
        while True:
            try:
                ours.sendmsg(frames)  # <-
            except TimeoutError:
                break
