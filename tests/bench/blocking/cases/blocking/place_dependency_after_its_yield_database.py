"""A dependency writes to a busy database after its yield."""

import sqlite3
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, FastAPI

from tests.bench.blocking import props

FAMILY = "database"
CALL = "sqlite3.Connection.execute"
PLACE = "dependency with yield"

app = FastAPI()
path = props.folder() / "visits.db"
busy = sqlite3.connect(path, isolation_level=None)
busy.execute("CREATE TABLE visits (page TEXT)")
busy.execute("BEGIN EXCLUSIVE")
database = sqlite3.connect(path, timeout=0.2, isolation_level=None)
lost: list[str] = []


async def counted() -> AsyncIterator[None]:
    yield
    try:
        database.execute("INSERT INTO visits VALUES ('/')")  # <-
    except sqlite3.OperationalError:
        lost.append("/")


@app.get("/")
async def root(_: Annotated[None, Depends(counted)]) -> str:
    return "hello"


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/")).json() == "hello"
    assert lost == ["/"]
