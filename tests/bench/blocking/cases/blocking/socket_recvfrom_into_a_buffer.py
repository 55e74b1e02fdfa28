"""Waits for a datagram with `recvfrom_into`, in a decorated coroutine."""

import functools
import socket
from collections.abc import Awaitable, Callable

FAMILY = "socket"
CALL = "socket.socket.recvfrom_into"
PLACE = "coroutine"

Probe = Callable[[socket.socket], Awaitable[int]]


def zero_if_late(probe: Probe) -> Probe:
    @functools.wraps(probe)
    async def probed(sock: socket.socket) -> int:
        try:
            return await probe(sock)
        except TimeoutError:
            return 0

    return probed


@zero_if_late
async def size(sock: socket.socket) -> int:
    buffer = bytearray(512)
    count, _ = sock.recvfrom_into(buffer)  # <-
    return count


async def main() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(0.2)
        assert await size(sock) == 0
