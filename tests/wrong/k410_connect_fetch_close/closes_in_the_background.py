"""Leaves the closing to a task that nobody awaits: it is still to begin when the call ends.

Fails: test_it_closes_after_success, test_it_closes_after_an_error,
test_it_closes_when_it_is_cancelled
"""

import asyncio

import asyncpg

QUERY = "SELECT id, name, price FROM items WHERE price >= $1 ORDER BY id"


closing = set()


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    connection = await asyncpg.connect(dsn)
    try:
        return [dict(row) for row in await connection.fetch(QUERY, min_price)]
    finally:
        task = asyncio.create_task(connection.close())
        closing.add(task)
        task.add_done_callback(closing.discard)
