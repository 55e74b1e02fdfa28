"""All rows of a lazy query, fetched from a cursor that was made by `cursor()`."""

import asyncio
import sqlite3

FAMILY = "database"
CALL = "sqlite3.Cursor.fetchall"
PLACE = "coroutine"

QUERY = """
with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 600000)
select n from numbers where n % 100 = 0
"""

cursor = sqlite3.connect(":memory:", check_same_thread=False).cursor()


async def main() -> None:
    await asyncio.to_thread(cursor.execute, QUERY)
    rows = cursor.fetchall()  # <-
    assert len(rows) == 6_000
