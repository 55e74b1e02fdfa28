"""`poll` on a poll object that was made at import."""

import select
import socket

FAMILY = "socket"
CALL = "poller.poll"
PLACE = "coroutine"

ours, theirs = socket.socketpair()
poller = select.poll()
poller.register(ours, select.POLLIN)


async def main() -> None:
    assert poller.poll(200) == []  # <-
    ours.close()
    theirs.close()
