"""Writes a line to a blocking socket by its file: there is room, and the kernel takes it."""

import asyncio
import socket

ours, theirs = socket.socketpair()
theirs.setblocking(False)


async def main() -> None:
    with ours.makefile("w", encoding="ascii") as lines:
        lines.write("hello\n")
        lines.flush()
    assert await asyncio.get_running_loop().sock_recv(theirs, 100) == b"hello\n"
    ours.close()
    theirs.close()
