"""A readiness route that asks `socket.gethostbyname` until the leader has changed."""

import socket
import time

from fastapi import FastAPI, Response

from tests.bench.blocking import props

FAMILY = "dns"
CALL = "socket.gethostbyname"
PLACE = "route"

app = FastAPI()


@app.get("/ready")
async def ready() -> Response:
    end = time.monotonic() + 0.2
    while time.monotonic() < end:
        if socket.gethostbyname("localhost") != "127.0.0.1":  # <-
            return Response("ready")
    return Response(status_code=503)


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/ready")).status_code == 503
