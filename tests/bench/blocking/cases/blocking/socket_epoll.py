"""`select.epoll` in a helper, beside the loop's own."""

import select
import socket

FAMILY = "socket"
CALL = "epoll.poll"
PLACE = "helper"


def idle(sock: socket.socket) -> bool:
    with select.epoll() as epoll:
        epoll.register(sock, select.EPOLLIN)
        return not epoll.poll(0.2)  # <-


async def main() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert idle(ours)
