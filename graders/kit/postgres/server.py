"""The server of a grading run: our own, or the one that DATABASE_URL names."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from contextlib import suppress
from typing import Any

import asyncpg

from graders.kit.postgres import sql
from graders.kit.postgres.address import Address
from graders.kit.postgres.database import Database
from graders.kit.postgres.embedded import Embedded
from graders.kit.postgres.unavailable import Unavailable, explained

PATIENCE = 10.0
"""Seconds to wait for a server's answer to a new connection."""

LABEL = "katas "
"""What our connections call themselves, with the run after it: while one lives, the run does."""

OLDEST = 15
"""The first major version that has all we use."""

FAILURES = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)


class Server:
    """Start it with `start`, and `stop` it in the end. All of it in one running loop."""

    def __init__(self, url: str, embedded: Embedded | None = None) -> None:
        self._url = url
        self._embedded = embedded
        self._run = secrets.token_hex(4)
        self._databases: dict[str, Database] = {}
        self._turn = asyncio.Lock()
        self._facts: dict[str, Any] = {}
        self._own: asyncpg.Connection[asyncpg.Record] | None = None

    @classmethod
    async def start(cls, url: str | None = None) -> Server:
        """The server at `url`, else our own. Raises `Unavailable`."""
        embedded = None
        if url is None:
            embedded = Embedded()
            await asyncio.to_thread(embedded.start)
            url = embedded.url
        server = cls(url, embedded)
        try:
            await server._enter()
        except BaseException:
            await server.stop()
            raise
        return server

    async def stop(self) -> None:
        """Ends the server if it is ours, else drops our databases. As often as you like."""
        databases, self._databases = list(self._databases.values()), {}
        own, self._own = self._own, None
        for database in databases:
            database.close()
        try:
            if own is not None and self._embedded is None:
                await _drop(own, *(database.name for database in databases))
        except FAILURES:
            pass  # The server went first; the next run drops what is left.
        finally:
            if own is not None:
                own.terminate()
            if self._embedded is not None:
                await asyncio.to_thread(self._embedded.stop)

    async def database(self, name: str, schema: str) -> Database:
        """The database of one kata, with the tables that `schema`, SQL, makes; all of them empty.

        The learner's role may read and write rows and use sequences; nothing
        else. Our own server keeps it for later runs, since making one takes
        longer than all the rest. Raises `Unavailable`, and ValueError where
        `schema` fails.
        """
        name = re.sub("[^a-z0-9_]", "_", name.lower())[:40]
        full = f"{sql.MARK}{self._prefix(schema)}_{name}"
        try:
            async with self._turn:
                if full in self._databases:
                    self._databases.pop(full).close()
                if not await self._connection.fetchval(sql.MADE, full):
                    await self._make(name, full, schema)
                self._databases[full] = database = await self._into(full)
            await database.open(self._facts["superuser"])
            await self._try(database)
        except FAILURES as error:
            raise self._explained(error) from error
        return database

    async def _make(self, name: str, full: str, schema: str) -> None:
        own = self._embedded is not None
        outdated = await self._connection.fetch(sql.OUTDATED, name) if own else []
        await _drop(self._connection, *(row["name"] for row in outdated))
        try:
            for statement in sql.create(full, own):
                await self._connection.execute(statement)
            database = await self._into(full)
            try:
                await database.make(schema)
            finally:
                database.close()
            await self._connection.execute(sql.complete(full))
        except BaseException:
            with suppress(*FAILURES):
                await _drop(self._connection, full)
            raise

    async def _into(self, full: str) -> Database:
        connection = await self._connect(database=full)
        password = secrets.token_urlsafe(16)
        return Database(full, password, Address.parse(self._url), connection, self._ask)

    async def _try(self, database: Database) -> None:
        """Some servers let only those in that their administrator has listed."""
        if self._embedded is not None:
            return
        role = database.name
        try:
            trial = await self._connect(database=role, user=role, password=database.password)
        except asyncpg.InvalidAuthorizationSpecificationError as error:
            raise Unavailable(
                f"{self._place} does not let a new role log in ({error}):"
                " allow scram-sha-256 for all in its pg_hba.conf"
            ) from error
        trial.terminate()

    async def _enter(self) -> None:
        """Logs in, and finds out whether we may do there what we have to."""
        try:
            self._own = await self._connect()
            self._facts = dict(await self._connection.fetchrow(sql.ABILITIES) or {})
            if self._embedded is not None:
                await self._connection.execute(sql.CLOSE_DOORS)
            self._check()
            if self._embedded is None:
                await self._sweep()
        except (*FAILURES, ValueError) as error:
            raise self._explained(error) from error

    def _check(self) -> None:
        place, user = self._place, self._facts["user"]
        if self._facts["version"] < OLDEST:
            version = self._facts["version"]
            raise Unavailable(f"{place} is PostgreSQL {version}: use {OLDEST} or newer")
        if not self._facts["able"]:
            raise Unavailable(
                f"the role {user!r} may not create databases and roles at {place}:"
                f" let an administrator run ALTER ROLE {sql.identifier(user)} CREATEDB CREATEROLE"
            )

    async def _sweep(self) -> None:
        """Drops what runs that were killed have left behind."""
        for row in await self._connection.fetch(sql.ABANDONED, LABEL):
            # Another run may be sweeping too.
            with suppress(asyncpg.PostgresError):
                await _drop(self._connection, row["name"])

    async def _connect(self, **where: Any) -> asyncpg.Connection[asyncpg.Record]:
        address = Address.parse(self._url)
        return await asyncpg.connect(
            self._url,
            host=address.host,
            port=address.port,
            timeout=PATIENCE,
            server_settings={"application_name": LABEL + self._run},
            **where,
        )

    async def _ask(self, query: str, *values: Any) -> Any:
        async with self._turn:
            return await self._connection.fetchval(query, *values)

    @property
    def _connection(self) -> asyncpg.Connection[asyncpg.Record]:
        if self._own is None:
            raise Unavailable("the server was stopped")
        return self._own

    @property
    def _place(self) -> str:
        return str(Address.parse(self._url))

    def _prefix(self, schema: str) -> str:
        """On our own server the same for the same tables, elsewhere unlike any other run's."""
        if self._embedded is None:
            return self._run
        return hashlib.sha256(f"{schema}\0{sql.GRANTS}".encode()).hexdigest()[:8]

    def _explained(self, error: Exception) -> Unavailable:
        if self._embedded is not None:
            return Unavailable(self._embedded.complaint(error))
        try:
            place = self._place
        except ValueError:
            place = "DATABASE_URL"
        return explained(error, place)


async def _drop(connection: asyncpg.Connection[asyncpg.Record], *names: str) -> None:
    for name in names:
        await connection.execute(f"DROP DATABASE IF EXISTS {sql.identifier(name)} WITH (FORCE)")
        await connection.execute(f"DROP ROLE IF EXISTS {sql.identifier(name)}")
