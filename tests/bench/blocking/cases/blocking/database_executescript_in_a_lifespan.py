"""A lifespan that runs its migrations with `executescript`."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

FAMILY = "database"
CALL = "sqlite3.Connection.executescript"
PLACE = "lifespan"

MIGRATIONS = """
create table days (n integer primary key, weekday integer);
insert into days
    with recursive counted(n) as (select 1 union all select n + 1 from counted where n < 400000)
    select n, n % 7 from counted;
create index weekdays on days (weekday);
"""

database = sqlite3.connect(":memory:")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    database.executescript(MIGRATIONS)  # <-
    yield


app = FastAPI(lifespan=lifespan)


async def main() -> None:
    async with app.router.lifespan_context(app):
        database.close()
