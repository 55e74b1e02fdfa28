"""Returns in `finally`, which throws away the exception that is on its way out.

Fails: test_it_closes_after_an_error, test_it_closes_when_it_is_cancelled
"""

import asyncpg

QUERY = "SELECT id, name, price FROM items WHERE price >= $1 ORDER BY id"


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    items = []
    connection = await asyncpg.connect(dsn)
    try:
        items = [dict(row) for row in await connection.fetch(QUERY, min_price)]
    finally:
        await connection.close()
        return items
