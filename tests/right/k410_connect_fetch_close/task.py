"""The whole work in a task of its own, and JSON for the rows."""

import asyncio
import json
from decimal import Decimal

import asyncpg

QUERY = """
    SELECT coalesce(json_agg(i ORDER BY id), '[]')
    FROM items AS i WHERE price >= $1::numeric
"""


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    return await asyncio.create_task(work(dsn, min_price))


async def work(dsn, min_price):
    connection = await asyncpg.connect(dsn)
    try:
        found = await connection.fetchval(QUERY, Decimal(min_price))
    except BaseException:
        await connection.close()
        raise
    await connection.close()
    return json.loads(found)
