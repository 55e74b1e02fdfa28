"""A query that works for long in `Connection.execute`."""

import sqlite3

FAMILY = "database"
CALL = "sqlite3.Connection.execute"
PLACE = "coroutine"

QUERY = """
with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ?)
select sum(n) from numbers
"""

database = sqlite3.connect(":memory:")


async def main() -> None:
    cursor = database.execute(QUERY, [1_200_000])  # <-
    assert cursor.fetchone()[0] > 0
    database.close()
