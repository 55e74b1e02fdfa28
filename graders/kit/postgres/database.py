"""One kata's database, as the judge uses it; the learner's code comes through a proxy."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from itertools import groupby
from typing import Any

import asyncpg
from asyncpg.transaction import Transaction

from graders.kit.postgres import plain, sql
from graders.kit.postgres.address import Address
from graders.kit.postgres.proxy import Proxy


class Database:
    """Made by `Server.database`. `name` is also the name of the learner's role.

    `connection` is the judge's own, into this database; `ask` runs a query on
    a connection of the judge elsewhere, which no transaction in here holds up.
    """

    def __init__(
        self,
        name: str,
        password: str,
        address: Address,
        connection: asyncpg.Connection[asyncpg.Record],
        ask: Callable[..., Awaitable[Any]],
    ) -> None:
        self.name = name
        self.password = password
        self._address = address
        self._connection = connection
        self._ask = ask
        self._turn = asyncio.Lock()
        self._wipe = ""
        self._held: Transaction | None = None

    async def make(self, schema: str) -> None:
        """Creates the tables, and lets the learner's role use their rows. Raises ValueError."""
        try:
            await self._connection.execute(schema)
        except asyncpg.DiskFullError:
            raise
        except asyncpg.PostgresError as error:
            raise ValueError(f"the schema of {self.name} fails: {error}") from error
        await self._connection.execute(await self._connection.fetchval(sql.GRANTS, self.name) or "")

    async def open(self, superuser: bool) -> None:
        """Gets ready to be used; empty, whatever an earlier run has left."""
        await plain.use_json(self._connection)
        await self._connection.execute(await self._connection.fetchval(sql.TRUNCATE))
        self._wipe = await self._connection.fetchval(sql.WIPE if superuser else sql.TRUNCATE)
        await self.reset()

    async def reset(self) -> None:
        """As at first: no connection of the learner's, no rows, sequences at their start.

        The role's own settings and password are all else that it can change.
        """
        await self.unlock()
        while await self._ask(sql.END_BACKENDS, self.name):  # noqa: ASYNC110 -- it does not tell
            await asyncio.sleep(0.001)
        async with self._turn:
            await self._connection.execute(sql.role_anew(self.name, self.password) + self._wipe)

    async def fill(self, table: str, rows: list[dict[str, Any]]) -> None:
        """Inserts rows: plain data, converted by the server, so that `"2026-01-31"` is a date.

        Sequences move past the values given. Raises `asyncpg.PostgresError`
        where the table does not take them.
        """
        async with self._turn, self._connection.transaction():
            for columns, alike in groupby(rows, tuple):
                insert = sql.insert(table, columns)
                await self._connection.execute(insert, json.dumps(plain.jsonable(list(alike))))
            move = await self._connection.fetchval(sql.MOVE_SEQUENCES, sql.quoted(table))
            if move:
                await self._connection.execute(move)

    async def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows as plain data, ordered by all columns from the left.

        JSON is what it says, numeric and date types are text, `bytea` is bytes.
        """
        async with self._turn:
            select = await self._connection.fetchval(sql.SELECT, sql.quoted(table))
            found: Iterable[asyncpg.Record] = await self._connection.fetch(select)
        return [{column: plain.plain(value) for column, value in row.items()} for row in found]

    async def lock(self, table: str) -> None:
        """Whoever uses the table waits from now on, until `unlock`. Further tables may follow.

        Raises `asyncpg.LockNotAvailableError` where an open transaction of the
        learner's code does not let go of it.
        """
        async with self._turn:
            held = self._held or self._connection.transaction()
            if self._held is None:
                await held.start()
            try:
                await self._connection.execute(sql.lock(table))
            except BaseException:
                self._held = None
                await held.rollback()
                raise
            self._held = held

    async def unlock(self) -> None:
        """Lets everybody go on; what the judge filled in meanwhile is there now."""
        async with self._turn:
            held, self._held = self._held, None
            if held is not None:
                await held.commit()

    @asynccontextmanager
    async def observed(self) -> AsyncIterator[Proxy]:
        """A proxy for one scenario; its `dsn` is for the learner's code."""
        proxy = Proxy(self._address, self._waiting)
        login, port = f"{self.name}:{self.password}", await proxy.start()
        proxy.dsn = f"postgresql://{login}@127.0.0.1:{port}/{self.name}?sslmode=disable"
        try:
            yield proxy
        finally:
            await proxy.close()

    def close(self) -> None:
        """The judge leaves."""
        self._connection.terminate()

    async def _waiting(self) -> int | None:
        if self._held is None:
            return None
        count: int = await self._ask(sql.WAITING, self.name)
        return count
