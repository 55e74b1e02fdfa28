"""`poplib.POP3` of a server that never greets."""

import poplib
import socket

FAMILY = "socket"
CALL = "socket.socket.recv_into"
PLACE = "helper"

silent = socket.create_server(("127.0.0.1", 0))


def messages() -> int:
    host, port = silent.getsockname()
    try:
        return poplib.POP3(host, port, timeout=0.2).stat()[0]  # <-
    except OSError:
        return 0


async def main() -> None:
    with silent:
        assert messages() == 0
