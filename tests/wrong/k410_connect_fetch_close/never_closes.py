"""Leaves the connection to the garbage collector.

Fails: test_it_closes_after_success
Also fails: test_it_closes_after_an_error, test_it_closes_when_it_is_cancelled
"""

import asyncpg

QUERY = "SELECT id, name, price FROM items WHERE price >= $1 ORDER BY id"


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch(QUERY, min_price)
    return [dict(row) for row in rows]
