"""A name looked up in a thread."""

import asyncio
import socket


async def main() -> None:
    assert await asyncio.to_thread(socket.gethostbyname, "localhost") == "127.0.0.1"
