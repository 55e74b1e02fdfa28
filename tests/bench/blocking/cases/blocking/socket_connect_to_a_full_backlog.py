"""`connect` to a server that accepts nobody."""

import socket

FAMILY = "socket"
CALL = "socket.socket.connect"
PLACE = "coroutine"


def overloaded() -> tuple[socket.socket, list[socket.socket]]:
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen(0)
    waiting = [socket.socket() for _ in range(8)]
    for sock in waiting:
        sock.setblocking(False)
        sock.connect_ex(server.getsockname())
    return server, waiting


server, waiting = overloaded()


async def main() -> None:
    with socket.socket() as sock:
        sock.settimeout(0.2)
        try:
            sock.connect(server.getsockname())  # <-
        except TimeoutError:
            pass
