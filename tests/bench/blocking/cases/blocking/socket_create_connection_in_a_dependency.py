"""A dependency that opens a connection for each request, with `create_connection`."""

import socket
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException

from tests.bench.blocking import props

FAMILY = "socket"
CALL = "socket.create_connection"
PLACE = "dependency with yield"

app = FastAPI()
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen(0)
waiting = [socket.socket() for _ in range(8)]
for one in waiting:
    one.setblocking(False)
    one.connect_ex(server.getsockname())


async def cache() -> AsyncIterator[socket.socket]:
    try:
        connection = socket.create_connection(server.getsockname(), timeout=0.2)  # <-
    except TimeoutError:
        raise HTTPException(503) from None
    with connection:
        yield connection


@app.get("/")
async def root(cache: Annotated[socket.socket, Depends(cache)]) -> str:
    return "connected"


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/")).status_code == 503
