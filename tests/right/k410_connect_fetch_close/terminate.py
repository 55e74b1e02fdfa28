"""Hangs up without a good-bye: the server notices."""

import asyncpg

QUERY = "SELECT id, name, price FROM items WHERE price >= $1::text::int ORDER BY id"


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction():
            return [
                {"id": row[0], "name": row[1], "price": row[2]}
                async for row in connection.cursor(QUERY, str(min_price))
            ]
    finally:
        connection.terminate()
