"""Waits for a descriptor to be handed over, with `recvmsg`."""

import socket

FAMILY = "socket"
CALL = "socket.socket.recvmsg"
PLACE = "helper"


def handed_over(sock: socket.socket) -> bytes | None:
    try:
        return sock.recvmsg(16, socket.CMSG_LEN(4))[0]  # <-
    except TimeoutError:
        return None


async def main() -> None:
    ours, theirs = socket.socketpair()
    ours.settimeout(0.2)
    with ours, theirs:
        assert handed_over(ours) is None
