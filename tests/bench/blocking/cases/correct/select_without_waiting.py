"""`select` and a selector with a timeout of nothing."""

import asyncio
import select
import selectors
import socket


async def main() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, selectors.DefaultSelector() as selector:
        selector.register(ours, selectors.EVENT_READ)
        poll = select.poll()
        poll.register(ours, select.POLLIN)
        for _ in range(5):
            assert selector.select(0) == []
            assert select.select([ours], [], [], 0) == ([], [], [])
            assert poll.poll(0) == []
            await asyncio.sleep(0.02)
