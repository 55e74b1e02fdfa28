"""Returns an empty list after an error, so that a broken query looks like an empty shop.

Fails: test_it_closes_after_an_error
"""

import asyncpg

QUERY = "SELECT id, name, price FROM items WHERE price >= $1 ORDER BY id"


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    connection = await asyncpg.connect(dsn)
    try:
        return [dict(row) for row in await connection.fetch(QUERY, min_price)]
    except asyncpg.PostgresError:
        return []
    finally:
        await connection.close()
