"""`fetchone` works on the row after the one it gives: here that is a sum over much."""

import asyncio
import sqlite3

FAMILY = "database"
CALL = "sqlite3.Cursor.fetchone"
PLACE = "task"

QUERY = """
with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 1500000)
select 'first', 1 union all select 'sum', sum(n) from numbers
"""

database = sqlite3.connect(":memory:", check_same_thread=False)


async def first() -> str:
    cursor = await asyncio.to_thread(database.execute, QUERY)
    name, _ = cursor.fetchone()  # <-
    return str(name)


async def main() -> None:
    assert await asyncio.create_task(first()) == "first"
    database.close()
