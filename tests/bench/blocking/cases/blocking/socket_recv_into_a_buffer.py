"""A frame reader that fills its buffer with `recv_into`."""

import socket

FAMILY = "socket"
CALL = "socket.socket.recv_into"
PLACE = "method"


class Frames:
    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.buffer = bytearray(1024)

    async def read(self) -> bytes:
        try:
            size = self.sock.recv_into(self.buffer)  # <-
        except TimeoutError:
            return b""
        return bytes(self.buffer[:size])


async def main() -> None:
    ours, theirs = socket.socketpair()
    ours.settimeout(0.2)
    with ours, theirs:
        assert await Frames(ours).read() == b""
