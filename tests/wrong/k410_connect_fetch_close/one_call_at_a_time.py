"""Lets one call in at a time, and the others wait for its query.

Fails: test_others_run_while_the_query_waits
"""

import asyncio

import asyncpg

QUERY = "SELECT id, name, price FROM items WHERE price >= $1 ORDER BY id"


alone = asyncio.Lock()


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    async with alone:
        connection = await asyncpg.connect(dsn)
        try:
            return [dict(row) for row in await connection.fetch(QUERY, min_price)]
        finally:
            await connection.close()
