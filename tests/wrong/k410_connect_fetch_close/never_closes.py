"""Leaves the connection to the garbage collector (DB2)."""

import asyncpg

QUERY = "SELECT id, name, price FROM items WHERE price >= $1 ORDER BY id"


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch(QUERY, min_price)
    return [dict(row) for row in rows]
