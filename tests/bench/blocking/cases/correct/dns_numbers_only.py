"""Asks `getaddrinfo` for numbers only, which asks nobody: words are refused at once."""

import asyncio
import contextlib
import encodings.idna  # noqa: F401  # what the first look-up imports
import socket


async def main() -> None:
    for host in ("127.0.0.1", "not a number"):
        with contextlib.suppress(socket.gaierror):
            socket.getaddrinfo(host, 80, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        await asyncio.sleep(0)
