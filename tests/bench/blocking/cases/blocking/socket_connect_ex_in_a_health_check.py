"""A health check that tries a port with `connect_ex`."""

import socket

from fastapi import FastAPI

from tests.bench.blocking import props

FAMILY = "socket"
CALL = "probe.connect_ex"
PLACE = "route"

app = FastAPI()
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen(0)
waiting = [socket.socket() for _ in range(8)]
for one in waiting:
    one.setblocking(False)
    one.connect_ex(server.getsockname())


@app.get("/health")
async def health() -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(server.getsockname()) == 0  # <-


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/health")).json() is False
