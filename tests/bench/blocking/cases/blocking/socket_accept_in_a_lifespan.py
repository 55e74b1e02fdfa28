"""A lifespan that waits for a worker to call back, in `accept`."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

FAMILY = "socket"
CALL = "socket.socket.accept"
PLACE = "lifespan"


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        try:
            app.state.worker, _ = server.accept()  # <-
        except TimeoutError:
            app.state.worker = None
    yield


app = FastAPI(lifespan=lifespan)


async def main() -> None:
    async with app.router.lifespan_context(app):
        assert app.state.worker is None
