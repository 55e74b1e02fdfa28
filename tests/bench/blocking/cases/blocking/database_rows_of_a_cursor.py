"""Iterates over a cursor whose rows are far apart."""

import asyncio
import sqlite3

FAMILY = "database"
CALL = "sqlite3.Cursor.__next__"
PLACE = "coroutine"

QUERY = """
with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 2000000)
select n from numbers where n % 500000 = 0
"""

database = sqlite3.connect(":memory:", check_same_thread=False)


async def main() -> None:
    cursor = await asyncio.to_thread(database.execute, QUERY)
    found = []
    for row in cursor:  # <-
        found.append(row)
    assert len(found) == 4
    database.close()
