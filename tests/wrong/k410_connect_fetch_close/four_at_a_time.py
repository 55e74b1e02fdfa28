"""Lets four calls in at a time, and the fifth waits for the query of one of them.

Fails: test_others_run_while_the_query_waits
"""

import asyncio

import asyncpg

QUERY = "SELECT id, name, price FROM items WHERE price >= $1 ORDER BY id"


places = asyncio.Semaphore(4)


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    async with places:
        connection = await asyncpg.connect(dsn)
        try:
            return [dict(row) for row in await connection.fetch(QUERY, min_price)]
        finally:
            await connection.close()
