"""A proxy in front of the server, for one scenario: sees what is really sent."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

from graders.kit.postgres import wire
from graders.kit.postgres.address import Address, Streams
from graders.kit.postgres.connection import Connection
from graders.kit.postgres.statement import Statement

CLIENTS = 200
"""Connections at once; further ones are closed unheard, to spare the judge's own sockets."""

CONNECTIONS = 2_000
"""Connections that one scenario may open in all."""

ROOM = 20_000_000
"""Characters that are kept of all of them."""

CHUNK = 1 << 16
"""Bytes read at once."""

FIRST = 10_000
"""Bytes of the longest first packet, as in the server itself."""

TURNS = 5
"""Turns of a millisecond each in which the kernel hands over a good-bye that was already said."""

PATIENCE = 0.002
"""Seconds between two looks at the server's locks."""


class Proxy:
    """Listens on a port of its own, and forwards each connection to `upstream`.

    `waiting` says how many backends wait for the judge's lock, or None while
    there is no lock. Encryption ends here: towards the client there is none.
    """

    def __init__(self, upstream: Address, waiting: Callable[[], Awaitable[int | None]]) -> None:
        self.dsn = ""
        self.connections: list[Connection] = []
        self.cancels = 0
        """How often a client asked, on a connection of its own, to cancel a statement."""
        self.most_in_flight = 0
        """The most statements that waited for an answer at one moment."""
        self.most_open = 0
        self._upstream = upstream
        self._waiting = waiting
        self._room = ROOM
        self._ticks = itertools.count()
        self._change = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> int:
        """Listens on 127.0.0.1; returns the port."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        """Drops what is still open; that does not count as closed by the client."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0)  # The turn in which closed sockets are really closed.

    # --- what was seen -------------------------------------------------------------------

    async def open_connections(self) -> int:
        """How many connections are open now; one that the client has closed is not."""
        await self.settle()
        return self._open()

    async def settle(self) -> None:
        """Takes in what the clients have already sent, good-byes included.

        A closed socket tells the judge at once, but the loop has to come round to hear it.
        """
        for _ in range(TURNS):
            await asyncio.sleep(0.001)

    async def in_flight(self, count: int = 1) -> None:
        """Returns when so many statements were sent and have no answer; never, if they do not come.

        While the judge holds a lock, they must also be waiting at the server.
        """
        while self._in_flight() < count:
            self._change.clear()
            await self._change.wait()
        while not await self._at_the_lock(count):  # noqa: ASYNC110 -- the server does not tell
            await asyncio.sleep(PATIENCE)

    @property
    def statements(self) -> list[Statement]:
        """What the learner's code sent, on all connections, in the order it began."""
        everything = (one for connection in self.connections for one in connection.statements)
        return sorted((one for one in everything if not one.internal), key=lambda one: one.order)

    def facts(self) -> dict[str, Any]:
        """All of it as plain data; ask `settle` first, while the client still lives."""
        return {
            "connections": [connection.facts() for connection in self.connections],
            "open_at_end": self._open(),
            "most_open": self.most_open,
            "most_in_flight": self.most_in_flight,
            "cancels": self.cancels,
        }

    async def _at_the_lock(self, count: int) -> bool:
        waiting = await self._waiting()
        return waiting is None or waiting >= count

    def _open(self) -> int:
        return sum(connection.closed is None for connection in self.connections)

    def _in_flight(self) -> int:
        return sum(one.closed is None and one.in_flight is not None for one in self.connections)

    def _tick(self) -> int:
        return next(self._ticks)

    def _spend(self, size: int) -> bool:
        self._room -= size
        return self._room > 0

    def _changed(self) -> None:
        self.most_in_flight = max(self.most_in_flight, self._in_flight())
        self._change.set()

    # --- one connection ------------------------------------------------------------------

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._tasks) >= CLIENTS or len(self.connections) >= CONNECTIONS:
            writer.transport.abort()
            return
        task = asyncio.create_task(self._serve((reader, writer)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, client: Streams) -> None:
        try:
            code, packet = await _first_packet(client)
            server = await self._upstream.open()
            try:
                server[1].write(packet)
                if code == wire.CANCEL:
                    await self._cancel(server)
                else:
                    await self._converse(packet, client, server)
            finally:
                server[1].close()
        except (OSError, EOFError, ValueError):
            pass  # Either side is gone, or never spoke the protocol: being closed says it all.
        except asyncio.CancelledError:
            client[1].transport.abort()  # Nobody reads any more.
            raise
        finally:
            client[1].close()

    async def _cancel(self, server: Streams) -> None:
        """The server hangs up when it has passed the wish on; the client waits for that."""
        self.cancels += 1
        await server[0].read()

    async def _converse(self, packet: bytes, client: Streams, server: Streams) -> None:
        connection = Connection(self._tick, self._changed, self._spend)
        connection.user = wire.startup(packet[8:]).get("user", "")
        self.connections.append(connection)
        self.most_open = max(self.most_open, self._open())
        await self._forward(connection, client, server)
        connection.closed = self._tick()

    async def _forward(self, connection: Connection, client: Streams, server: Streams) -> None:
        """Both ways, until either side ends."""
        there = asyncio.create_task(_pump(client[0], server[1], connection.sent))
        back = asyncio.create_task(_pump(server[0], client[1], connection.answered))
        try:
            await asyncio.wait((there, back), return_when=asyncio.FIRST_COMPLETED)
            gone = back.done() and not there.done() and back.exception() is None
            connection.dropped = gone and not connection.terminated
        finally:
            there.cancel()
            back.cancel()
            await asyncio.gather(there, back, return_exceptions=True)


async def _first_packet(client: Streams) -> tuple[int, bytes]:
    """The packet that opens a conversation, its code first; offers of encryption are declined."""
    reader, writer = client
    while True:
        head = await reader.readexactly(8)
        length, code = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:], "big")
        if not 8 <= length <= FIRST:
            raise ValueError(f"a first packet of {length} bytes")
        if code not in (wire.SSL, wire.GSSENC):
            return code, head + await reader.readexactly(length - 8)
        writer.write(b"N")


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: Callable[[bytes], None]
) -> None:
    """Forwards bytes until there are no more; what cannot be read as messages is only forwarded."""
    readable = True
    while data := await reader.read(CHUNK):
        writer.write(data)
        if readable:
            try:
                heard(data)
            except ValueError:
                readable = False
        await writer.drain()
