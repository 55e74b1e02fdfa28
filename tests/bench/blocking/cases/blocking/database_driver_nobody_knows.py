"""A driver of a key-value store that nobody knows: its `get` reads from a socket, in C."""

import asyncio
import importlib
import sys
from typing import Any

from tests.bench.blocking import props

FAMILY = "socket"
CALL = "store.get"
PLACE = "async context manager"

DRIVER = """
from _socket import socket

class Store:
    def __init__(self, port):
        self.link = socket()
        self.link.connect(("127.0.0.1", port))
    def get(self, key):
        self.link.send(key.encode())
        return self.link.recv(1024)
    def close(self):
        self.link.close()
"""


def imported() -> Any:
    (props.folder() / "tinystore.py").write_text(DRIVER)
    sys.path.insert(0, str(props.folder()))
    return importlib.import_module("tinystore")


store = imported().Store(props.port())


class Session:
    async def __aenter__(self) -> bytes:
        return bytes(store.get("session"))  # <-

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(store.close)


async def main() -> None:
    async with Session() as session:
        assert session.startswith(b"HTTP")
