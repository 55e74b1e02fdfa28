"""A context manager of its own, and a prepared statement."""

import asyncio
from contextlib import asynccontextmanager

import asyncpg

QUERY = "SELECT id, name, price FROM items WHERE price >= $1 ORDER BY id"


@asynccontextmanager
async def connected(dsn):
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await asyncio.shield(connection.close(timeout=5))


async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    async with connected(dsn) as connection:
        statement = await connection.prepare(QUERY)
        return [dict(record) async for record in rows(connection, statement, min_price)]


async def rows(connection, statement, *args):
    async with connection.transaction(readonly=True):
        async for record in statement.cursor(*args, prefetch=2):
            yield record
