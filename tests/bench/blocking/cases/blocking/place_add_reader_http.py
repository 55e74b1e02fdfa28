"""A reader callback that asks another service."""

import asyncio
import socket
import urllib.request

from tests.bench.blocking import props

FAMILY = "http"
CALL = "urllib.request.urlopen"
PLACE = "add_reader"


async def main() -> None:
    loop = asyncio.get_running_loop()
    ours, theirs = socket.socketpair()
    answered: asyncio.Future[int] = loop.create_future()

    def asked() -> None:
        loop.remove_reader(ours)
        answered.set_result(urllib.request.urlopen(props.url()).status)  # <-

    loop.add_reader(ours, asked)
    theirs.setblocking(False)
    theirs.send(b"?")
    assert await answered == 200
    ours.close()
    theirs.close()
