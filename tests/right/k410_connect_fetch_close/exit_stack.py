"""An exit stack closes what was pushed onto it."""

from contextlib import AsyncExitStack

import asyncpg

QUERY = "SELECT id, name, price FROM items WHERE price >= $1 ORDER BY id"


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    async with AsyncExitStack() as stack:
        connection = await asyncpg.connect(dsn, timeout=10, command_timeout=30)
        stack.push_async_callback(connection.close)
        records = await connection.fetch(QUERY, min_price)
        return list(map(dict, records))
