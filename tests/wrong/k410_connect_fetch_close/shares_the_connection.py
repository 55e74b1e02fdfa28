"""Keeps the connection in a global: a call closes that of another one.

Fails: test_others_run_while_the_query_waits
"""

import asyncpg

QUERY = "SELECT id, name, price FROM items WHERE price >= $1 ORDER BY id"


connection = None


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    global connection
    connection = await asyncpg.connect(dsn)
    try:
        return [dict(row) for row in await connection.fetch(QUERY, min_price)]
    finally:
        await connection.close()
