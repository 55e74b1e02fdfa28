"""Says in its own words what went wrong: who catches the error of connecting, misses it.

Fails: test_a_failed_connect_says_so
"""

import asyncpg

QUERY = "SELECT id, name, price FROM items WHERE price >= $1 ORDER BY id"


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    try:
        connection = await asyncpg.connect(dsn)
    except OSError as error:
        raise ConnectionError("the database is not available") from error
    try:
        return [dict(row) for row in await connection.fetch(QUERY, min_price)]
    finally:
        await connection.close()
