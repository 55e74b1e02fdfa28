"""A pool for a single call, which closes what it opened."""

import asyncpg

QUERY = "SELECT id, name, price FROM items WHERE price >= $1 ORDER BY id"


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    async with asyncpg.create_pool(dsn) as pool:
        return [dict(row) for row in await pool.fetch(QUERY, min_price)]
