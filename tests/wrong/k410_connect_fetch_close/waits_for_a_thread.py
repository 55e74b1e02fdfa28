"""Runs a second loop in a thread, and blocks the first until that is done.

Fails: test_others_run_while_the_query_waits
Also fails: test_it_closes_when_it_is_cancelled, test_a_failed_connect_says_so
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import asyncpg

QUERY = "SELECT id, name, price FROM items WHERE price >= $1 ORDER BY id"


async def rows_of(dsn: str, min_price: int) -> list[dict]:
    connection = await asyncpg.connect(dsn)
    try:
        return [dict(row) for row in await connection.fetch(QUERY, min_price)]
    finally:
        await connection.close()


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    with ThreadPoolExecutor() as threads:
        return threads.submit(asyncio.run, rows_of(dsn, min_price)).result()
