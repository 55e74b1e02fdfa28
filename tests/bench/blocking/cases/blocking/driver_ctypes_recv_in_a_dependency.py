"""A driver in C, as it were: it waits in the C library's `recv`; called from a dependency."""

import sys
from typing import Annotated

from fastapi import Depends, FastAPI

from tests.bench.blocking import props

FAMILY = "socket"
CALL = "database.fetch_one"
PLACE = "dependency"

DRIVER = """
import ctypes
import socket

libc = ctypes.CDLL(None)

class Database:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.buffer = ctypes.create_string_buffer(4096)

    def fetch_one(self, text: bytes) -> bytes:
        libc.send(self.socket.fileno(), text, len(text), 0)
        size = libc.recv(self.socket.fileno(), self.buffer, 4096, 0)
        return self.buffer.raw[:size]
"""

(props.folder() / "cdriver.py").write_text(DRIVER)
sys.path.insert(0, str(props.folder()))
import cdriver  # noqa: E402

app = FastAPI()
database = cdriver.Database(props.port())


async def current_user() -> str:
    return database.fetch_one(b"SELECT name FROM sessions").decode()  # <-


@app.get("/me")
async def me(user: Annotated[str, Depends(current_user)]) -> str:
    return user


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/me")).json().endswith("x")
