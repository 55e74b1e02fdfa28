"""A driver that polls its socket, three calls below a route: service, repository, driver."""

import sys

from fastapi import FastAPI

from tests.bench.blocking import props

FAMILY = "socket"
CALL = "self.session.run"
PLACE = "helper"

DRIVER = """
import _socket
import select

class Session:
    def __init__(self, port: int) -> None:
        self.socket = _socket.socket()
        self.socket.connect(("127.0.0.1", port))
        self.poller = select.poll()
        self.poller.register(self.socket.fileno(), select.POLLIN)

    def run(self, text: str) -> bytes:
        self.socket.send(text.encode())
        self.poller.poll()
        return self.socket.recv(4096)
"""

(props.folder() / "graphdb.py").write_text(DRIVER)
sys.path.insert(0, str(props.folder()))
import graphdb  # noqa: E402


class Friends:
    def __init__(self) -> None:
        self.session = graphdb.Session(props.port())

    def of(self, name: str) -> list[str]:
        answer = self.session.run(f"MATCH (a {{name: {name!r}}})-->(b) RETURN b")  # <-
        return answer.decode().split()


class Suggestions:
    def __init__(self, friends: Friends) -> None:
        self.friends = friends

    def for_user(self, name: str) -> list[str]:
        return sorted(self.friends.of(name))


app = FastAPI()
suggestions = Suggestions(Friends())


@app.get("/suggestions/{name}")
async def suggest(name: str) -> list[str]:
    return suggestions.for_user(name)


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/suggestions/anna")).json()
