"""A middleware of its own that keeps sessions in a `shelve`."""

import shelve
from dbm import dumb
from typing import Any

from tests.bench.blocking import props

FAMILY = "file"
CALL = "file.write"
PLACE = "asgi middleware"

database = dumb.open(str(props.folder() / "sessions"), "n")
sessions: "shelve.Shelf[Any]" = shelve.Shelf(database)
carts = [bytes(24 * 1024**2)] * 12


class Sessions:
    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)
        for cart in carts:
            sessions["ann"] = cart  # <-


async def app(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


async def main() -> None:
    async with props.client(Sessions(app)) as client:
        assert (await client.get("/")).text == "hello"
