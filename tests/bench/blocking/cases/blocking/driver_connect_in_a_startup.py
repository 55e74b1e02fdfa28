"""A driver that connects and waits for a greeting when the application starts."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from tests.bench.blocking import props

FAMILY = "socket"
CALL = "brokers.connect"
PLACE = "lifespan"

DRIVER = """
import ctypes
import _socket

libc = ctypes.CDLL(None)

def connect(port: int) -> bytes:
    link = _socket.socket()
    link.connect(("127.0.0.1", port))
    link.send(b"HELLO")
    greeting = ctypes.create_string_buffer(256)
    size = libc.read(link.fileno(), greeting, 256)
    return greeting.raw[:size]
"""

(props.folder() / "brokers.py").write_text(DRIVER)
sys.path.insert(0, str(props.folder()))
import brokers  # noqa: E402


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.greeting = brokers.connect(props.port())  # <-
    yield


app = FastAPI(lifespan=lifespan)


async def main() -> None:
    async with app.router.lifespan_context(app):
        assert app.state.greeting
