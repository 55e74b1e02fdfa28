"""A protocol that parses a huge document as soon as it is complete."""

import asyncio
import json
import socket

FAMILY = "cpu"
CALL = "data_received"
PLACE = "protocol"

measured = json.dumps([number * 1.37 for number in range(600_000)]).encode()


class Measurements(asyncio.Protocol):
    def __init__(self) -> None:
        self.done = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        if data.endswith(b"END\n"):
            self.done.set_result(json.loads(measured))  # <-


async def main() -> None:
    ours, theirs = socket.socketpair()
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_connection(Measurements, sock=ours)
    theirs.setblocking(False)
    theirs.send(b"END\n")
    assert len(await protocol.done) == 600_000
    transport.close()
    theirs.close()
