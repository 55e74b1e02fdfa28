"""Gives the database the price, and picks the rows itself.

Fails: test_the_price_is_a_parameter
"""

import asyncpg

QUERY = "SELECT id, name, price, price >= $1 AS wanted FROM items ORDER BY id"


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch(QUERY, min_price)
        return [
            {"id": r["id"], "name": r["name"], "price": r["price"]} for r in rows if r["wanted"]
        ]
    finally:
        await connection.close()
