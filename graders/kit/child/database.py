"""The scenario's handle on its database: the judge answers, through a connection of its own."""

from __future__ import annotations

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

    async def in_flight(self, count: int = 1) -> None:
        """Returns when so many statements wait at the server for an answer.

        May be cancelled, where the code that should send them has ended
        without. Raises `Refused` when they do not come.
        """
        for _ in range(LOOKS):
            if await self._channel.ask("in_flight", count=count):
                return
        raise Refused(f"no {count} statements came to wait at the server")

    async def connections(self) -> int:
        """How many connections of the learner's code are open at this moment."""
        count: int = await self._channel.ask("connections")
        return count
