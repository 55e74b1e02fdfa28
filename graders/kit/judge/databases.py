"""The databases of a run: the server starts with the first scenario that needs it, or never."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any

from graders.kit.judge.katas import Kata
from graders.kit.shared.codec import decode, encode

if TYPE_CHECKING:
    from graders.kit.postgres import PostgresDatabase, PostgresServer, Proxy

FUSE = 5.0
"""Real seconds after which the judge gives up a lock that nobody releases: a scenario whose loop
is blocked cannot ask for it. Only a wrong answer ever waits so long."""

LOOK = 0.05
"""Real seconds in which the judge looks for statements in flight before it says that there are
none yet: meanwhile the scenario cannot ask for anything else."""


class Session:
    """One scenario's use of its kata's database: answers what the scenario asks."""

    def __init__(self, database: PostgresDatabase, proxy: Proxy) -> None:
        self._database = database
        self._proxy = proxy
        self._fuse: asyncio.Task[None] | None = None
        self._looks: dict[int, asyncio.Task[None]] = {}
        self.fuse_blown = False

    async def answer(self, message: dict[str, Any]) -> dict[str, Any]:
        try:
            details = decode(message["details"])
            return {"answer": encode(await self._do(message["ask"], details))}
        except Exception as error:  # a hostile child asks nonsense: it is refused, not obeyed
            return {"refused": f"{type(error).__name__}: {error}"}

    async def _do(self, question: str, details: dict[str, Any]) -> Any:
        match question:
            case "dsn":
                return self._proxy.dsn
            case "fill":
                await self._database.fill(details["table"], details["rows"])
            case "rows":
                return await self._database.rows(details["table"])
            case "lock":
                await self._database.lock(details["table"])
                self._fuse = asyncio.ensure_future(self._burn())
            case "unlock":
                await self._unlock()
            case "in_flight":
                return await self._in_flight(details["count"])
            case "connections":
                return await self._proxy.open_connections()
            case _:
                raise ValueError(f"no such question: {question!r}")
        return None

    async def _in_flight(self, count: int) -> bool:
        # The look goes on between two questions: on a busy machine it takes longer than one.
        if count not in self._looks:
            self._looks[count] = asyncio.ensure_future(self._proxy.in_flight(count))
        look = self._looks[count]
        await asyncio.wait([look], timeout=LOOK)
        if not look.done():
            return False
        await self._looks.pop(count)
        return True

    async def _burn(self) -> None:
        await asyncio.sleep(FUSE)
        self.fuse_blown = True
        await self._database.unlock()

    async def _unlock(self) -> None:
        if self._fuse is not None and not self._fuse.done():
            self._fuse.cancel()
            await self._database.unlock()
        self._fuse = None

    async def close(self) -> None:
        for look in self._looks.values():
            look.cancel()
        await self._unlock()

    async def probe(self) -> None:
        """Raises `Unavailable` if the server is ill: then nothing was the learner's fault."""
        await _well(self._database.reset())

    def facts(self) -> dict[str, Any]:
        return {**self._proxy.facts(), "fuse_blown": self.fuse_blown}


class Databases:
    """One server for the run, one database for each kata that has a `SCHEMA`."""

    def __init__(self, url: str | None) -> None:
        self._url = url
        self._server: asyncio.Task[PostgresServer] | None = None
        self._made: dict[str, asyncio.Task[PostgresDatabase]] = {}
        self._turns: dict[str, asyncio.Lock] = {}

    @contextlib.asynccontextmanager
    async def session(
        self, kata: Kata, scenario: Callable[..., Any]
    ) -> AsyncIterator[Session | None]:
        """A fresh state of the kata's database for one scenario; None if it asks for none."""
        if "database" not in inspect.signature(scenario).parameters:
            yield None
            return
        async with self._turns.setdefault(kata.name, asyncio.Lock()):
            if kata.name not in self._made:
                schema = inspect.getmodule(scenario).SCHEMA  # type: ignore[union-attr]
                self._made[kata.name] = asyncio.ensure_future(self._make(kata, schema))
            database = await self._made[kata.name]
            await _well(database.reset())
            async with database.observed() as proxy:
                session = Session(database, proxy)
                try:
                    yield session
                finally:
                    await session.close()

    async def _make(self, kata: Kata, schema: str) -> PostgresDatabase:
        if self._server is None:
            self._server = asyncio.ensure_future(self._start())
        server = await self._server
        return await server.database(kata.name, schema)

    async def _start(self) -> PostgresServer:
        from graders.kit.postgres import PostgresServer  # asyncpg: only katas that need it pay

        return await PostgresServer.start(self._url)

    async def close(self) -> None:
        if self._server is None:
            return
        with contextlib.suppress(Exception):  # it never came up: that has been said already
            await (await self._server).stop()


async def _well(work: Awaitable[None]) -> None:
    """What the judge itself does on its own server: no submission can make it fail."""
    import asyncpg

    from graders.kit.postgres import Unavailable

    try:
        await work
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        raise Unavailable(
            f"PostgreSQL broke down ({error}): try again, or set DATABASE_URL"
        ) from None


def unavailable(error: BaseException) -> bool:
    """Is this the database saying that it cannot be used?"""
    module = sys.modules.get("graders.kit.postgres")
    return module is not None and isinstance(error, module.Unavailable)
