"""A reader callback on one end of a socket pair."""

import asyncio
import socket


async def main() -> None:
    loop = asyncio.get_running_loop()
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    received: asyncio.Future[bytes] = loop.create_future()
    loop.add_reader(ours, lambda: received.set_result(ours.recv(100)))
    loop.call_later(0.1, theirs.send, b"x")
    assert await received == b"x"
    loop.remove_reader(ours)
    ours.close()
    theirs.close()
