"""Shields the connect from a cancellation: nobody closes what it then opens.

Fails: test_a_failed_connect_says_so
"""

import asyncio

import asyncpg

QUERY = "SELECT id, name, price FROM items WHERE price >= $1 ORDER BY id"


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    connection = await asyncio.shield(asyncpg.connect(dsn))
    try:
        return [dict(row) for row in await connection.fetch(QUERY, min_price)]
    finally:
        await connection.close()
