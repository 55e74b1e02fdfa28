"""Takes `except Exception` for every way out; CancelledError is not an `Exception`.

Fails: test_it_closes_when_it_is_cancelled
"""

import asyncpg

QUERY = "SELECT id, name, price FROM items WHERE price >= $1 ORDER BY id"


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch(QUERY, min_price)
    except Exception:
        await connection.close()
        raise
    await connection.close()
    return [dict(row) for row in rows]
