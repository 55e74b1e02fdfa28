"""Closes where something went wrong, and trusts in the end of the function otherwise.

Fails: test_it_closes_after_success
"""

import asyncpg

QUERY = "SELECT id, name, price FROM items WHERE price >= $1 ORDER BY id"


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    connection = await asyncpg.connect(dsn)
    try:
        return [dict(row) for row in await connection.fetch(QUERY, min_price)]
    except BaseException:
        await connection.close()
        raise
