"""A route class that logs every request into a busy database."""

import sqlite3
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.routing import APIRoute

from tests.bench.blocking import props

FAMILY = "database"
CALL = "sqlite3.Connection.execute"
PLACE = "route class"

path = props.folder() / "requests.db"
busy = sqlite3.connect(path, isolation_level=None)
busy.execute("CREATE TABLE requests (path TEXT)")
busy.execute("BEGIN EXCLUSIVE")
database = sqlite3.connect(path, timeout=0.2, isolation_level=None)


class Logged(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def logged(request: Request) -> Response:
            try:
                database.execute("INSERT INTO requests VALUES (?)", [request.url.path])  # <-
            except sqlite3.OperationalError:
                return Response(status_code=503)
            return await handle(request)

        return logged


app = FastAPI()
app.router.route_class = Logged


@app.get("/")
async def root() -> str:
    return "hello"


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/")).status_code == 503
