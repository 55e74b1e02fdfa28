"""What was opened is closed in `finally`, which runs after an error and a cancellation too.

Connecting stands before the `try`: where it fails there is nothing to close.
`$1` keeps the value apart from the SQL, and `dict(row)` turns a Record into plain data.
"""

import asyncpg

QUERY = "SELECT id, name, price FROM items WHERE price >= $1 ORDER BY id"


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    connection = await asyncpg.connect(dsn)
    try:
        return [dict(row) for row in await connection.fetch(QUERY, min_price)]
    finally:
        await connection.close()
