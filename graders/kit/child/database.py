"""The scenario's handle on its database: the judge answers, through a connection of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from graders.kit.child.channel import Channel, Refused

LOOKS = 100
"""How often the judge looks for a statement that does not come; a twentieth of a second each."""


class Database:
    """`dsn` is for the learner's code; the rest is what the judge does or sees from outside."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.dsn = ""

    async def open(self) -> None:
        """Awaited before the scenario starts."""
        self.dsn = await self._channel.ask("dsn")

    async def fill(self, table: str, rows: list[dict[str, Any]]) -> None:
        """Puts rows into a table, through the judge's connection."""
        await self._channel.ask("fill", table=table, rows=rows)

    async def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table as the judge sees them, ordered by their columns."""
        found: list[dict[str, Any]] = await self._channel.ask("rows", table=table)
        return found

    async def lock(self, table: str) -> None:
        """The judge locks the table: whoever reads it waits until `unlock`."""
        await self._channel.ask("lock", table=table)

    async def unlock(self) -> None:
        await self._channel.ask("unlock")

    async def execute(self, statement: str, *arguments: Any) -> None:
        """The judge runs a statement; without arguments, several separated by semicolons.

        It may use rows, notify and end connections of the learner's code, whose role is called
        like the database; not create, change or drop anything. What it leaves open (a transaction,
        a row lock) stays open until a later statement, or the end of the scenario. Raises
        `Refused` with PostgreSQL's words if it fails.
        """
        await self._channel.ask("execute", statement=statement, arguments=arguments)

    async def fetch(self, statement: str, *arguments: Any) -> list[dict[str, Any]]:
        """The rows of a statement that the judge runs, as plain data. Raises `Refused`."""
        found: list[dict[str, Any]] = await self._channel.ask(
            "fetch", statement=statement, arguments=arguments
        )
        return found

    async def in_flight(
        self, count: int = 1, *, unless: Iterable[asyncio.Future[Any]] = ()
    ) -> bool:
        """Returns True when so many statements wait at the server for an answer.

        Returns False as soon as one of the tasks `unless` has ended before: name those that should
        send the statements. May be cancelled. Raises `Refused` when the statements do not come.
        """
        looking = asyncio.ensure_future(self._look(count))
        try:
            await asyncio.wait([looking, *unless], return_when=asyncio.FIRST_COMPLETED)
            if looking.done():
                await looking
            return looking.done()
        finally:
            looking.cancel()

    async def _look(self, count: int) -> None:
        for _ in range(LOOKS):
            if await self._channel.ask("in_flight", count=count):
                return
        raise Refused(f"no {count} statements came to wait at the server")

    async def connections(self) -> int:
        """How many connections of the learner's code are open at this moment."""
        count: int = await self._channel.ask("connections")
        return count
