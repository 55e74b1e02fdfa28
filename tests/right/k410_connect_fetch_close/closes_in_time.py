"""Gives the good-bye a second, and hangs up if that is not enough."""

import asyncio

import asyncpg

QUERY = "SELECT * FROM items WHERE price > $1 ORDER BY id"


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    connection = None
    try:
        connection = await asyncpg.connect(dsn)
        rows = await connection.fetch(QUERY, min_price - 1)
    finally:
        if connection is not None:
            try:
                async with asyncio.timeout(1):
                    await connection.close()
            except TimeoutError:
                connection.terminate()
    return [dict(row.items()) for row in rows]
