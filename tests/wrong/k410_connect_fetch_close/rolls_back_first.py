"""Rolls back before it closes; a second cancellation arrives in between.

Fails: test_it_closes_when_it_is_cancelled
"""

import asyncpg

QUERY = "SELECT id, name, price FROM items WHERE price >= $1 ORDER BY id"


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    connection = await asyncpg.connect(dsn)
    try:
        return [dict(row) for row in await connection.fetch(QUERY, min_price)]
    finally:
        await connection.execute("ROLLBACK")
        await connection.close()
