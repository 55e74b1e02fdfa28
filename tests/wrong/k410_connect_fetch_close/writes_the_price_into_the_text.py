"""Builds the SQL with an f-string.

Fails: test_the_price_is_a_parameter
"""

import asyncpg


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch(
            f"SELECT id, name, price FROM items WHERE price >= {min_price} ORDER BY id"
        )
        return [dict(row) for row in rows]
    finally:
        await connection.close()
