"""Several databases of one kata, so that its scenarios can run at the same time."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from graders.kit.postgres.admin import FAILURES
from graders.kit.postgres.database import PostgresDatabase
from graders.kit.postgres.server import PostgresServer
from graders.kit.postgres.unavailable import Unavailable


class DatabasePool:
    """Up to `size` databases with the tables of `schema`, each made when it is first needed."""

    def __init__(self, server: PostgresServer, name: str, schema: str, size: int) -> None:
        self._server = server
        self._name = name
        self._schema = schema
        self._databases: dict[int, PostgresDatabase] = {}
        # A heap: the lowest numbers, which are the most likely to exist, are used first.
        self._free = list(range(1, size + 1))
        self._slots = asyncio.Semaphore(size)

    @asynccontextmanager
    async def database(self) -> AsyncIterator[PostgresDatabase]:
        """A database after `reset`, for one scenario alone; waits while all are in use.

        Raises `Unavailable` if the server fails, and ValueError if the schema does.
        """
        async with self._slots:
            number = heapq.heappop(self._free)
            try:
                yield await self._ready(number)
            finally:
                heapq.heappush(self._free, number)

    async def _ready(self, number: int) -> PostgresDatabase:
        """Resets the database; if that is not possible, opens it again or makes it again."""
        damaged = False
        if (database := self._databases.pop(number, None)) is not None:
            try:
                await database.reset()
            except Unavailable:
                database.close()  # Perhaps only its connection broke.
            except FAILURES:
                database.close()
                damaged = True  # It was reached, but its tables are not what they were.
            else:
                self._databases[number] = database
                return database
        try:
            database = await self._open(number, damaged)
        except Unavailable:
            # If the server itself is gone, this fails in the same way.
            database = await self._open(number, replace=True)
        self._databases[number] = database
        return database

    async def _open(self, number: int, replace: bool) -> PostgresDatabase:
        return await self._server.database(self._name, self._schema, number, replace)
