"""Waits for a datagram with `recvfrom`."""

import asyncio
import socket

FAMILY = "socket"
CALL = "socket.socket.recvfrom"
PLACE = "task"


async def discovered(patience: float) -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(patience)
        try:
            _, (host, _) = sock.recvfrom(512)  # <-
        except TimeoutError:
            return None
        return str(host)


async def main() -> None:
    assert await asyncio.create_task(discovered(0.2)) is None
