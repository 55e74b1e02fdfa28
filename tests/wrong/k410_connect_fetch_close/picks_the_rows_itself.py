"""Fetches the whole table, and leaves nothing for the database to do.

Fails: test_the_price_is_a_parameter
"""

import asyncpg

QUERY = "SELECT id, name, price FROM items ORDER BY id"


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch(QUERY)
        return [dict(row) for row in rows if row["price"] >= min_price]
    finally:
        await connection.close()
