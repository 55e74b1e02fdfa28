"""The databases of a run: the server starts with the first scenario that needs it, or never."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

from graders.kit.judge.katas import Kata
from graders.kit.shared import messages
from graders.kit.shared.codec import Malformed, decode, encode
from graders.kit.shared.faults import JudgeFault
from graders.kit.shared.messages import Answer, Question, Refusal

if TYPE_CHECKING:
    from graders.kit.postgres import DatabasePool, PostgresDatabase, PostgresServer, Proxy

T = TypeVar("T")

LOCK_TIMEOUT = 5.0
"""Real seconds without a question, after which the judge gives up a lock: a scenario whose loop is
blocked cannot release it. Only a wrong answer is ever silent for so long."""

POLL = 0.05
"""Real seconds in which the judge looks for statements in flight before it says that there are
none yet: meanwhile the scenario cannot ask for anything else."""


class DatabaseFault(JudgeFault):
    """PostgreSQL is not there, or does not do what it should."""


class DatabaseSession:
    """One scenario's use of its kata's database: answers what the scenario asks.

    A submission shares its process with the scenario, so it may ask as well: nothing is answered
    with more rights than `PostgresDatabase` gives the judge's role.
    """

    def __init__(self, database: PostgresDatabase, proxy: Proxy) -> None:
        self._database = database
        self._proxy = proxy
        self._expiry: asyncio.Task[None] | None = None
        self._polls: dict[int, asyncio.Task[None]] = {}
        self._asked = 0.0
        """When a question came or was answered last, in seconds of the loop."""
        self.lock_expired = False

    async def answer(self, question: Question) -> Answer | Refusal:
        """What the scenario asked for. A hostile child asks nonsense: it is refused, and told."""
        loop = asyncio.get_running_loop()
        self._asked = loop.time()
        try:
            details = decode(question.details)
            if type(details) is not dict:
                raise Malformed("details are given by name")
            answer = Answer(encode(await self._do(question.ask, details)))
            messages.encode(answer)  # One that is too long is refused here, not a fault later.
            return answer
        except Exception as error:
            return Refusal(f"{type(error).__name__}: {error}")
        finally:
            self._asked = loop.time()

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
                self._expiry = asyncio.ensure_future(self._expire())
            case "unlock":
                await self._unlock()
            case "execute":
                await self._database.execute(details["statement"], *details["arguments"])
            case "fetch":
                return await self._database.fetch(details["statement"], *details["arguments"])
            case "in_flight":
                return await self._in_flight(details["count"])
            case "connections":
                return await self._proxy.open_connections()
            case _:
                raise ValueError(f"no such question: {question!r}")
        return None

    async def _in_flight(self, count: int) -> bool:
        # The poll goes on between two questions: on a busy machine it takes longer than one.
        if count not in self._polls:
            self._polls[count] = asyncio.ensure_future(self._proxy.in_flight(count))
        poll = self._polls[count]
        await asyncio.wait([poll], timeout=POLL)
        if not poll.done():
            return False
        await self._polls.pop(count)
        return True

    async def _expire(self) -> None:
        loop = asyncio.get_running_loop()
        while (left := self._asked + LOCK_TIMEOUT - loop.time()) > 0:  # noqa: ASYNC110 -- it moves
            await asyncio.sleep(left)
        self.lock_expired = True
        await self._database.unlock()

    async def _unlock(self) -> None:
        if self._expiry is not None and not self._expiry.done():
            self._expiry.cancel()
            await self._database.unlock()
        self._expiry = None

    async def close(self) -> None:
        for poll in self._polls.values():
            poll.cancel()
        await self._unlock()

    async def probe(self) -> None:
        """Raises `JudgeFault` if the server is ill: then nothing was the learner's fault."""
        await _ours(self._database.reset())

    def facts(self) -> dict[str, Any]:
        """What the record says of the database."""
        return {**self._proxy.facts(), "lock_expired": self.lock_expired}


class Databases:
    """One server for as long as the judge lives, some databases for each kata with a `SCHEMA`."""

    def __init__(self, url: str | None, size: int) -> None:
        """`size` scenarios of one kata can use its databases side by side."""
        self._url = url
        self._size = size
        self._server: asyncio.Task[PostgresServer] | None = None
        self._pools: dict[str, DatabasePool] = {}

    @contextlib.asynccontextmanager
    async def session(
        self, kata: Kata, scenario: Callable[..., Any]
    ) -> AsyncIterator[DatabaseSession | None]:
        """A database of the kata in a fresh state for one scenario; None if it asks for none.

        Raises `JudgeFault`.
        """
        if "database" not in inspect.signature(scenario).parameters:
            yield None
            return
        grader: Any = inspect.getmodule(scenario)
        if getattr(grader, "SCHEMA", None) is None:
            raise JudgeFault(f"graders/{kata.file} has no SCHEMA, and a scenario with a database")
        try:
            async with contextlib.AsyncExitStack() as stack:
                pool = await _ours(self._pool(kata, grader.SCHEMA))
                database = await _ours(stack.enter_async_context(pool.database()))
                proxy = await _ours(stack.enter_async_context(database.observed()))
                session = DatabaseSession(database, proxy)
                try:
                    yield session
                finally:
                    await _ours(session.close())
        except DatabaseFault:
            # Whatever it was, the next scenario gets a fresh server; unless none comes up at
            # all, which each scenario of this run would otherwise find out for itself.
            if not self.failed:
                await self.close()
            raise

    async def _pool(self, kata: Kata, schema: str) -> DatabasePool:
        from graders.kit.postgres import DatabasePool  # asyncpg: only katas that need it pay

        if self._server is None:
            self._server = asyncio.ensure_future(self._start())
        server = await asyncio.shield(self._server)
        if kata.name not in self._pools:
            self._pools[kata.name] = DatabasePool(server, kata.name, schema, self._size)
        return self._pools[kata.name]

    async def _start(self) -> PostgresServer:
        from graders.kit.postgres import PostgresServer

        return await PostgresServer.start(self._url)

    @property
    def failed(self) -> bool:
        """Did the server not come up? A new run should `close` it, and try again."""
        return (
            self._server is not None
            and self._server.done()
            and (self._server.cancelled() or self._server.exception() is not None)
        )

    async def close(self) -> None:
        """Stops the server, if there is one. The next session starts another."""
        server, self._server = self._server, None
        self._pools.clear()
        if server is not None:
            with contextlib.suppress(Exception):  # it never came up: that has been said already
                await (await server).stop()


async def _ours(work: Awaitable[T]) -> T:
    """What the judge itself does on its own server: no submission can make it fail."""
    import asyncpg

    from graders.kit.postgres import Unavailable

    try:
        return await work
    except Unavailable as error:
        raise DatabaseFault(str(error)) from error
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        raise DatabaseFault(
            f"PostgreSQL broke down ({error}): try again, or set DATABASE_URL"
        ) from error
