"""A class that opens and closes, with sorting done by the program."""

from operator import itemgetter

import asyncpg

QUERY = "SELECT id, name, price FROM items WHERE price >= $1"


class Shop:
    def __init__(self, dsn):
        self.dsn = dsn

    async def __aenter__(self):
        self.connection = await asyncpg.connect(dsn=self.dsn, server_settings={"jit": "off"})
        await self.connection.execute("SET application_name = 'report'")
        return self

    async def __aexit__(self, *_):
        await self.connection.close()

    async def items(self, min_price):
        records = await self.connection.fetch(QUERY, min_price)
        return sorted((dict(record) for record in records), key=itemgetter("id"))


async def fetch_items(dsn, min_price):
    async with Shop(dsn) as shop:
        return await shop.items(min_price)
