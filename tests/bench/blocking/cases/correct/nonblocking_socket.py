"""A socket that does not block, asked too early."""

import asyncio
import socket


async def main() -> None:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    early = 0
    asyncio.get_running_loop().call_later(0.1, theirs.send, b"x")
    while True:
        try:
            assert ours.recv(1) == b"x"
            break
        except BlockingIOError:
            early += 1
            await asyncio.sleep(0.02)
    assert early
    ours.close()
    theirs.close()
