"""A dependency that fetches all rows of a lazy query."""

import asyncio
import sqlite3
from typing import Annotated

from fastapi import Depends, FastAPI

from tests.bench.blocking import props

FAMILY = "database"
CALL = "sqlite3.Cursor.fetchall"
PLACE = "dependency"

QUERY = """
with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 2000000)
select n from numbers where n % 100 = 0
"""

app = FastAPI()
database = sqlite3.connect(":memory:", check_same_thread=False)


async def rows() -> int:
    cursor = await asyncio.to_thread(database.execute, QUERY)
    found = cursor.fetchall()  # <-
    return len(found)


@app.get("/rows")
async def root(count: Annotated[int, Depends(rows)]) -> int:
    return count


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/rows")).json() == 20_000
