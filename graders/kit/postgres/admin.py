"""The judge's own connections to a server, and what it means when they break."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import asyncpg

from graders.kit.postgres.address import Address
from graders.kit.postgres.embedded import Embedded
from graders.kit.postgres.unavailable import Unavailable, explain

CONNECT_TIMEOUT = 10.0
"""Seconds to wait for a server's answer to a new connection."""

APPLICATION_NAME = "katas "
"""What our connections call themselves, followed by the digits of the run: as long as one of them
is open, the run is alive."""

FAILURES = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)
"""What asyncpg raises, for whatever reason."""

SERVER_FAILURES = (
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.DatabaseDroppedError,
    OSError,
)
"""What it raises if the server fails, whatever the statement is."""

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


class Admin:
    """The judge as the user of `url`, who may create databases and roles there."""

    def __init__(self, url: str, embedded: Embedded | None) -> None:
        self.url = url
        self.embedded = embedded
        self.run = secrets.token_hex(4)
        """Eight hexadecimal digits, different for each run."""
        self.lock = asyncio.Lock()
        """A connection runs one statement at a time: hold it while you use `connection`."""
        self._connection: Connection | None = None
        self._closed = False

    async def connect(self, **where: Any) -> Connection:
        """A new connection, by default with the database and user of the address.

        `where` takes what `asyncpg.connect` takes. Raises `FAILURES`, and ValueError for an
        address that cannot be read.
        """
        address = Address.parse(self.url)
        settings = {"application_name": APPLICATION_NAME + self.run, **where.pop("settings", {})}
        return await asyncpg.connect(
            self.url,
            host=address.host,
            port=address.port,
            timeout=CONNECT_TIMEOUT,
            server_settings=settings,
            **where,
        )

    async def connection(self) -> Connection:
        """The judge's connection to the database of the address; a broken one is replaced.

        Raises `Unavailable` after `close`, else what `connect` raises.
        """
        if self._closed:
            raise Unavailable("the server was stopped")
        if self._connection is None or self._connection.is_closed():
            self._connection = await self.connect()
        return self._connection

    async def fetchval(self, query: str, *values: Any) -> Any:
        """The first value of a query's first row, None without one.

        It runs outside the databases of the katas, so no transaction in them can hold it up.
        Raises `Unavailable` if the server fails, else what the query raises.
        """
        with self.explained():
            async with self.lock:
                return await (await self.connection()).fetchval(query, *values)

    def close(self) -> None:
        """Closes the judge's connection at once. May be called more than once."""
        self._closed = True
        if self._connection is not None:
            self._connection.terminate()

    @contextmanager
    def explained(self, connection: Connection | None = None) -> Iterator[None]:
        """Raises `Unavailable` for exceptions that are the server's fault; others pass.

        asyncpg has one exception, InterfaceError, for a wrong number of arguments and for a
        connection that is closed: `connection` tells them apart.
        """
        try:
            yield
        except SERVER_FAILURES as error:
            raise self.explain(error) from error
        except asyncpg.InterfaceError as error:
            if connection is None or connection.is_closed():
                raise self.explain(error) from error
            raise

    def explain(self, error: Exception) -> Unavailable:
        """The error to raise for `error`: one line that says what to do, without the password."""
        if self._closed:
            return Unavailable("the server was stopped")
        if self.embedded is not None:
            return Unavailable(self.embedded.explain(error))
        try:
            place = self.place
        except ValueError:
            place = "DATABASE_URL"
        return explain(error, place)

    @property
    def place(self) -> str:
        """Host and port. Raises ValueError for an address that cannot be read."""
        return str(Address.parse(self.url))
