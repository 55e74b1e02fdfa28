"""A plain socket that waits for its peer in a thread."""

import asyncio
import socket

from tests.bench.blocking import props


def ask() -> bytes:
    with socket.create_connection(("127.0.0.1", props.port())) as connection:
        connection.sendall(b"hello")
        return connection.recv(100)


async def main() -> None:
    assert await asyncio.to_thread(ask)
