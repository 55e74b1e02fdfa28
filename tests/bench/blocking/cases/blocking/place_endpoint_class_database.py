"""A class-based endpoint that writes into a busy database."""

import sqlite3

from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.bench.blocking import props

FAMILY = "database"
CALL = "sqlite3.Connection.execute"
PLACE = "class-based endpoint"

path = props.folder() / "notes.db"
busy = sqlite3.connect(path, isolation_level=None)
busy.execute("CREATE TABLE notes (text TEXT)")
busy.execute("BEGIN EXCLUSIVE")
database = sqlite3.connect(path, timeout=0.2, isolation_level=None)


class Notes(HTTPEndpoint):
    async def post(self, request: Request) -> Response:
        text = await request.body()
        try:
            database.execute("INSERT INTO notes VALUES (?)", [text])  # <-
        except sqlite3.OperationalError:
            return Response(status_code=503)
        return Response(status_code=201)


app = Starlette(routes=[Route("/notes", Notes)])


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.post("/notes", content=b"milk")).status_code == 503
