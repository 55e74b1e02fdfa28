"""An epoll object of one's own, asked for a quiet socket."""

import select
import socket

FAMILY = "socket"
CALL = "epoll.poll"
PLACE = "coroutine"


async def main() -> None:
    ours, theirs = socket.socketpair()
    with select.epoll() as epoll:
        epoll.register(ours, select.EPOLLIN)
        assert epoll.poll(0.2) == []  # <-
    ours.close()
    theirs.close()
