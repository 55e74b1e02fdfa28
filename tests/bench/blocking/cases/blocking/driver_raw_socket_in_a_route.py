"""A driver that asks its server over a plain socket, called from a route."""

import sys

from fastapi import FastAPI

from tests.bench.blocking import props

FAMILY = "socket"
CALL = "connection.query"
PLACE = "route"

DRIVER = """
import _socket

class Connection:
    def __init__(self, port: int) -> None:
        self.socket = _socket.socket()
        self.socket.connect(("127.0.0.1", port))

    def query(self, text: str) -> bytes:
        self.socket.send(text.encode())
        return self.socket.recv(4096)
"""

(props.folder() / "plaindb.py").write_text(DRIVER)
sys.path.insert(0, str(props.folder()))
import plaindb  # noqa: E402

app = FastAPI()
connection = plaindb.Connection(props.port())


@app.get("/users")
async def users() -> str:
    return connection.query("SELECT name FROM users").decode()  # <-


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/users")).json().endswith("x")
