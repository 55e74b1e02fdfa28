"""Returns Records, which look like dicts and are none.

Fails: test_the_items_are_dicts_in_order
"""

import asyncpg

QUERY = "SELECT id, name, price FROM items WHERE price >= $1 ORDER BY id"


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetch(QUERY, min_price)
    finally:
        await connection.close()
