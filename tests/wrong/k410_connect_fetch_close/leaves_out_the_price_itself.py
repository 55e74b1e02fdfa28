"""Asks for what costs more, and loses what costs exactly that much.

Fails: test_the_items_are_dicts_in_order
"""

import asyncpg

QUERY = "SELECT id, name, price FROM items WHERE price > $1 ORDER BY id"


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    connection = await asyncpg.connect(dsn)
    try:
        return [dict(row) for row in await connection.fetch(QUERY, min_price)]
    finally:
        await connection.close()
