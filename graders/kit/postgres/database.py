"""A database of a kata, as the judge uses it; the learner's code connects through a proxy."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from itertools import groupby
from typing import Any

import asyncpg
from asyncpg.transaction import Transaction

from graders.kit.postgres import plain, sql
from graders.kit.postgres.address import Address
from graders.kit.postgres.admin import Admin, Connection
from graders.kit.postgres.proxy import Proxy

STATEMENT_TIMEOUT = 30
"""Seconds that a statement of `execute` or `fetch` may take."""


class PostgresDatabase:
    """Made by `PostgresServer.database`. `name` is also the name of the learner's role.

    Every coroutine raises `Unavailable` if the server fails. Only `reset` acts as the owner of the
    database, who may be a superuser. What a scenario asks for is done as the judge's role, which
    may use rows and nothing else: by `SET LOCAL ROLE` where the SQL is ours (`fill`, `rows`,
    `lock`), on a connection that has logged in so where it is not (`execute`, `fetch`), since a
    statement could set the role back.
    """

    def __init__(self, name: str, admin: Admin, connection: Connection) -> None:
        self.name = name
        self.password = secrets.token_urlsafe(16)
        self._admin = admin
        self._connection = connection
        self._lock = asyncio.Lock()
        self._empty = ""
        self._lock_transaction: Transaction | None = None
        self._role_exists = False
        self._statement_lock = asyncio.Lock()
        self._statement_password = secrets.token_urlsafe(16)
        self._statement_connection: Connection | None = None

    async def open(self, superuser: bool) -> None:
        """Makes it ready to be used: empty, whatever an earlier run has left."""
        await plain.use_json(self._connection)
        await self._connection.execute(await self._connection.fetchval(sql.EMPTY))
        self._empty = await self._connection.fetchval(
            sql.EMPTY_AS_SUPERUSER if superuser else sql.EMPTY
        )
        await self.reset()

    async def reset(self) -> None:
        """Takes it back to its first state: no connections, no rows, sequences at their start.

        The learner's role may also change its own settings and password; both are taken back.
        """
        await self.unlock()
        names = [self.name]
        roles = sql.reset_role(self.name, self.name, self.password)
        if self._statement_connection is not None:
            self._statement_connection.terminate()
            names.append(role := sql.statement_role(self.name))
            roles += sql.reset_role(role, self.name, self._statement_password)
        while await self._admin.fetchval(sql.TERMINATE_BACKENDS, names):  # noqa: ASYNC110 -- no event
            await asyncio.sleep(0.001)
        self._statement_connection = None
        async with self._as_owner() as connection:
            await connection.execute(roles + self._empty)

    async def fill(self, table: str, rows: list[dict[str, Any]]) -> None:
        """Inserts rows: plain data, converted by the server, so that `"2026-01-31"` is a date.

        Sequences move past the values given. Raises `asyncpg.PostgresError` if the table does
        not accept the rows; then none of them is inserted.
        """
        async with self._as_judge() as connection:
            for columns, alike in groupby(rows, tuple):
                insert = sql.insert(table, columns)
                await connection.execute(insert, json.dumps(plain.jsonable(list(alike))))
            move = await connection.fetchval(sql.MOVE_SEQUENCES, sql.quoted(table))
            if move:
                await connection.execute(move)

    async def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows as plain data, ordered by all columns from the left.

        JSON is what it says, numeric and date types are text, `bytea` is bytes. Raises
        `asyncpg.PostgresError` if there is no such table.
        """
        async with self._as_judge() as connection:
            select = await connection.fetchval(sql.SELECT_ORDERED, sql.quoted(table))
            return _plain_rows(await connection.fetch(select))

    async def lock(self, table: str) -> None:
        """Locks a table until `unlock`: who uses it waits. Further tables may follow.

        Raises `asyncpg.LockNotAvailableError` if an open transaction of the learner's code
        does not release it within `sql.LOCK_TIMEOUT` seconds.
        """
        async with self._as_owner() as connection:
            await self._make_role()
            transaction = self._lock_transaction or connection.transaction()
            if self._lock_transaction is None:
                await transaction.start()
            try:
                await connection.execute(sql.set_local_role(self.name) + sql.lock(table))
            except BaseException:
                self._lock_transaction = None
                await transaction.rollback()
                raise
            self._lock_transaction = transaction

    async def unlock(self) -> None:
        """Releases all locks and commits what the judge has filled in meanwhile."""
        async with self._as_owner():
            transaction, self._lock_transaction = self._lock_transaction, None
            if transaction is not None:
                await transaction.commit()

    async def execute(self, statement: str, *arguments: Any) -> None:
        """Runs a statement of the judge; without arguments, several separated by semicolons.

        Its role may read, insert, update, delete, truncate, notify and end the learner's
        connections; not create, change or drop anything. `reset` ends what it leaves open.
        Raises `asyncpg.PostgresError` if the statement fails, for one `QueryCanceledError`
        after `STATEMENT_TIMEOUT` seconds.
        """
        async with self._use_statement_connection() as connection:
            if arguments:
                await connection.execute(statement, *arguments)
            else:
                await connection.execute(f"{statement}\n; SELECT")  # asyncpg needs one

    async def fetch(self, statement: str, *arguments: Any) -> list[dict[str, Any]]:
        """The rows of a statement of the judge as plain data, in the order of the server.

        Rights and errors are those of `execute`.
        """
        async with self._use_statement_connection() as connection:
            return _plain_rows(await connection.fetch(statement, *arguments))

    @asynccontextmanager
    async def observed(self) -> AsyncIterator[Proxy]:
        """A proxy for one scenario; its `dsn` is for the learner's code."""
        proxy = Proxy(Address.parse(self._admin.url), self._waiting)
        login, port = f"{self.name}:{self.password}", await proxy.start()
        proxy.dsn = f"postgresql://{login}@127.0.0.1:{port}/{self.name}?sslmode=disable"
        try:
            yield proxy
        finally:
            await proxy.close()

    def close(self) -> None:
        """Closes the judge's connections at once. May be called more than once."""
        self._connection.terminate()
        if self._statement_connection is not None:
            self._statement_connection.terminate()

    @asynccontextmanager
    async def _as_owner(self) -> AsyncIterator[Connection]:
        with self._admin.explained(self._connection):
            async with self._lock:
                yield self._connection

    @asynccontextmanager
    async def _as_judge(self) -> AsyncIterator[Connection]:
        """The same connection in a transaction, with the rights of the judge's role."""
        async with self._as_owner() as connection:
            await self._make_role()
            async with connection.transaction():
                await connection.execute(sql.set_local_role(self.name))
                yield connection

    async def _make_role(self) -> None:
        """Makes the judge's role when it is needed for the first time. Hold `_lock` meanwhile."""
        if self._role_exists:
            return
        role, own_server = sql.statement_role(self.name), self._admin.embedded is not None
        if not await self._connection.fetchval(sql.ROLE_EXISTS, role):
            for create in sql.create_statement_role(self.name, own_server):
                await self._connection.execute(create)
        grants = await self._connection.fetchval(sql.GRANT_TRUNCATE, role)
        reset = sql.reset_role(role, self.name, self._statement_password)
        await self._connection.execute(reset + (grants or ""))
        self._role_exists = True

    @asynccontextmanager
    async def _use_statement_connection(self) -> AsyncIterator[Connection]:
        async with self._statement_lock:
            connection = self._statement_connection
            if connection is None or connection.is_closed():
                with self._admin.explained(self._connection):
                    connection = await self._connect_for_statements()
                self._statement_connection = connection
            with self._admin.explained(connection):
                yield connection

    async def _connect_for_statements(self) -> Connection:
        async with self._lock:
            await self._make_role()
        connection = await self._admin.connect(
            database=self.name,
            user=sql.statement_role(self.name),
            password=self._statement_password,
            settings={
                "lock_timeout": f"{sql.LOCK_TIMEOUT}s",
                "statement_timeout": f"{STATEMENT_TIMEOUT}s",
            },
        )
        await plain.use_json(connection)
        return connection

    async def _waiting(self) -> int | None:
        """How many of the learner's connections wait for a lock; None while the judge has none."""
        count: int = await self._admin.fetchval(sql.WAITING_FOR_LOCKS, self.name)
        return None if self._lock_transaction is None else count


def _plain_rows(rows: Iterable[asyncpg.Record]) -> list[dict[str, Any]]:
    return [{column: plain.plain(value) for column, value in row.items()} for row in rows]
