"""The server of a grading run: our own, or the one that DATABASE_URL names."""

from __future__ import annotations

import asyncio
import hashlib
import re
from contextlib import suppress
from typing import Any

import asyncpg

from graders.kit.postgres import sql
from graders.kit.postgres.admin import APPLICATION_NAME, FAILURES, Admin, Connection
from graders.kit.postgres.database import PostgresDatabase
from graders.kit.postgres.embedded import Embedded
from graders.kit.postgres.unavailable import Unavailable

MIN_VERSION = 15
"""The first major version that has all we use."""

MAX_DATABASES = 50
"""Databases of one kata: each takes two of the server's 200 connections."""


class PostgresServer:
    """Start it with `start`, and `stop` it in the end, both in the same running event loop."""

    def __init__(self, url: str, embedded: Embedded | None = None) -> None:
        self._admin = Admin(url, embedded)
        self._databases: dict[str, PostgresDatabase] = {}
        self._created: set[str] = set()
        self._capabilities: dict[str, Any] = {}

    @classmethod
    async def start(cls, url: str | None = None) -> PostgresServer:
        """The server at `url`, without one our own. Raises `Unavailable` if it cannot be used."""
        embedded = None
        if url is None:
            embedded = Embedded()
            await asyncio.to_thread(embedded.start)
            url = embedded.url
        server = cls(url, embedded)
        try:
            await server._log_in()
        except BaseException:
            await server.stop()
            raise
        return server

    async def stop(self) -> None:
        """Ends the server if it is ours, else drops our databases. May be called more than once."""
        databases, self._databases = list(self._databases.values()), {}
        created, self._created = self._created, set()
        for database in databases:
            database.close()
        try:
            if created and self._admin.embedded is None:
                await self._drop(*created)
        except (*FAILURES, Unavailable):
            pass  # The server was faster; the next run drops what is left.
        finally:
            self._admin.close()
            if self._admin.embedded is not None:
                await asyncio.to_thread(self._admin.embedded.stop)

    async def database(
        self, name: str, schema: str, number: int = 1, replace: bool = False
    ) -> PostgresDatabase:
        """The database of one kata, with the tables that `schema`, SQL, makes; all of them empty.

        A kata may have several, told apart by `number`, from 1 to `MAX_DATABASES`; those after
        the first are copies of a template. The learner's role may read and write rows and use
        sequences; nothing else. Our own server keeps a database for later runs, since making
        one takes longer than all the rest; with `replace` it is made again in any case.

        Raises `Unavailable` if the server fails, and ValueError if `schema` does.
        """
        if not 1 <= number <= MAX_DATABASES:
            raise ValueError(f"a kata may have {MAX_DATABASES} databases, and no number {number}")
        name = re.sub("[^a-z0-9_]", "_", name.lower())[:40]
        first = f"{sql.NAME_PREFIX}{self._prefix(schema)}_{name}"
        full = first if number == 1 else f"{first}-{number}"
        try:
            async with self._admin.lock:
                if full in self._databases:
                    self._databases.pop(full).close()
                if replace or not await self._complete(full):
                    await self._make(name, first, full, schema)
                self._created.add(full)
                connection = await self._admin.connect(database=full)
                self._databases[full] = database = PostgresDatabase(full, self._admin, connection)
            await database.open(self._capabilities["superuser"])
            await self._try_to_log_in(database)
        except FAILURES as error:
            raise self._admin.explain(error) from error
        return database

    async def _make(self, name: str, first: str, full: str, schema: str) -> None:
        own = self._admin.embedded is not None
        admin = await self._admin.connection()
        found = await admin.fetch(sql.OUTDATED, name) if own else []
        outdated = [row["name"] for row in found if not row["name"].startswith(first)]
        await self._drop(*outdated, full)
        template = "template0"
        if full != first:
            template = f"{first}-template"
            await self._make_template(template, schema)
        try:
            for statement in sql.create_learner(full, own):
                await admin.execute(statement)
            for statement in sql.create(full, own, template):
                await admin.execute(statement)
            await admin.execute(sql.allow_login(full))
            connection = await self._admin.connect(database=full)
            try:
                if full == first:
                    await _run_schema(connection, full, schema)
                grants = await connection.fetchval(sql.GRANTS, full)
                await connection.execute(grants or "SELECT")
            finally:
                connection.terminate()
            await admin.execute(sql.mark_complete(full))
        except BaseException:
            with suppress(*FAILURES, Unavailable):
                await self._drop(full)
            raise

    async def _make_template(self, template: str, schema: str) -> None:
        """A database with the tables and without a role, which nobody uses, so it can be copied."""
        if await self._complete(template):
            return
        admin = await self._admin.connection()
        await self._drop(template)
        self._created.add(template)
        for statement in sql.create(template, self._admin.embedded is not None):
            await admin.execute(statement)
        connection = await self._admin.connect(database=template)
        try:
            await _run_schema(connection, template, schema)
        finally:
            connection.terminate()
        # PostgreSQL copies no database that is in use, and would look again after 0.1 seconds.
        while await admin.fetchval(sql.IN_USE, template):  # noqa: ASYNC110 -- no event tells
            await asyncio.sleep(0.001)
        await admin.execute(sql.mark_complete(template))

    async def _complete(self, full: str) -> bool:
        return bool(await (await self._admin.connection()).fetchval(sql.IS_COMPLETE, full))

    async def _drop(self, *names: str) -> None:
        admin = await self._admin.connection()
        for name in names:
            await admin.execute(f"DROP DATABASE IF EXISTS {sql.identifier(name)} WITH (FORCE)")
            for role in (sql.statement_role(name), name):
                await admin.execute(f"DROP ROLE IF EXISTS {sql.identifier(role)}")

    async def _try_to_log_in(self, database: PostgresDatabase) -> None:
        """Some servers admit only roles that their administrator has listed."""
        if self._admin.embedded is not None:
            return
        role = database.name
        try:
            trial = await self._admin.connect(database=role, user=role, password=database.password)
        except asyncpg.InvalidAuthorizationSpecificationError as error:
            raise Unavailable(
                f"{self._admin.place} does not let a new role log in ({error}):"
                " allow scram-sha-256 for all in its pg_hba.conf"
            ) from error
        trial.terminate()

    async def _log_in(self) -> None:
        """Finds out whether we may do there what we have to. Raises `Unavailable` if not."""
        try:
            admin = await self._admin.connection()
            self._capabilities = dict(await admin.fetchrow(sql.CAPABILITIES) or {})
            if self._admin.embedded is not None:
                await admin.execute(sql.REVOKE_PUBLIC)
            self._check_capabilities()
            if self._admin.embedded is None:
                await self._drop_left_behind()
        except (*FAILURES, ValueError) as error:
            raise self._admin.explain(error) from error

    def _check_capabilities(self) -> None:
        place, user = self._admin.place, self._capabilities["user"]
        if (version := self._capabilities["version"]) < MIN_VERSION:
            raise Unavailable(f"{place} is PostgreSQL {version}: use {MIN_VERSION} or newer")
        if not self._capabilities["able"]:
            raise Unavailable(
                f"the role {user!r} may not create databases and roles at {place}:"
                f" let an administrator run ALTER ROLE {sql.identifier(user)} CREATEDB CREATEROLE"
            )

    async def _drop_left_behind(self) -> None:
        """Drops the databases of runs that were killed."""
        admin = await self._admin.connection()
        for row in await admin.fetch(sql.LEFT_BEHIND, APPLICATION_NAME):
            # Another run may be dropping it too.
            with suppress(asyncpg.PostgresError):
                await self._drop(row["name"])

    def _prefix(self, schema: str) -> str:
        """The same for the same tables on our own server; elsewhere, different for each run."""
        if self._admin.embedded is None:
            return self._admin.run
        return hashlib.sha256(f"{schema}\0{sql.GRANTS}".encode()).hexdigest()[:8]


async def _run_schema(connection: Connection, name: str, schema: str) -> None:
    try:
        # asyncpg cannot run a text without any statement, and a kata may have no tables.
        await connection.execute(f"{schema}\n; SELECT")
    except asyncpg.DiskFullError:
        raise
    except asyncpg.PostgresError as error:
        if connection.is_closed():
            raise  # The server failed, not the schema.
        raise ValueError(f"the schema of {name} fails: {error}") from error
