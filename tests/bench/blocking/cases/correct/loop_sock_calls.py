"""Sockets used through the loop's `sock_` calls."""

import asyncio
import socket


async def main() -> None:
    loop = asyncio.get_running_loop()
    with socket.socket() as listener, socket.socket() as client:
        listener.setblocking(False)
        client.setblocking(False)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        accepting = asyncio.create_task(loop.sock_accept(listener))
        await loop.sock_connect(client, listener.getsockname())
        served, _ = await accepting
        loop.call_later(0.1, served.send, b"hello")
        assert await loop.sock_recv(client, 100) == b"hello"
        await loop.sock_sendall(client, b"bye")
        assert await loop.sock_recv(served, 100) == b"bye"
        served.close()
