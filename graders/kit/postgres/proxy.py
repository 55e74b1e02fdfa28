"""A proxy in front of the server, for one scenario: it sees what is really sent."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

from graders.kit.postgres import wire
from graders.kit.postgres.address import Address, Streams
from graders.kit.postgres.client_connection import ClientConnection
from graders.kit.postgres.statement import Statement

MAX_CLIENTS = 200
"""Connections at the same time; further ones are rejected, to spare the judge's own sockets."""

MAX_CONNECTIONS = 2_000
"""Connections that one scenario may open in all."""

MAX_CHARACTERS = 20_000_000
"""Characters that are kept of the statements of all of them."""

READ_SIZE = 1 << 16
"""Bytes read at a time."""

MAX_STARTUP_PACKET = 10_000
"""Bytes of the longest start-up packet, as in the server itself."""

SETTLE_ROUNDS = 5
"""Waits of a millisecond each, in which the kernel delivers what was already sent."""

HEALTH_CHECK = 0.5
"""Seconds without a change after which a wait asks whether the server is still there."""

LOCK_POLL = 0.002
"""Seconds between two looks at the server's locks."""


class Proxy:
    """Listens on a port of its own, and forwards each connection to `upstream`.

    `waiting` says how many backends wait for the judge's lock, None while there is no lock; it
    raises `Unavailable` if the server is gone. Encryption ends here: the client has none.
    """

    def __init__(self, upstream: Address, waiting: Callable[[], Awaitable[int | None]]) -> None:
        self.dsn = ""
        self.connections: list[ClientConnection] = []
        self.cancels = 0
        """How often a client asked, on a connection of its own, to cancel a statement."""
        self.most_in_flight = 0
        """The most statements that waited for an answer at the same time."""
        self.most_open = 0
        """The most connections that were open at the same time."""
        self._upstream = upstream
        self._waiting = waiting
        self._characters_left = MAX_CHARACTERS
        self._positions = itertools.count()
        self._change = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> int:
        """Listens on 127.0.0.1; returns the port."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        """Drops the connections that are open; they do not count as closed by the client."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0)  # Closed sockets are really closed in the next iteration.

    # --- what was seen -------------------------------------------------------------------

    async def open_connections(self) -> int:
        """How many connections are open now; one that the client has closed is not."""
        await self.settle()
        return self._open()

    async def settle(self) -> None:
        """Takes in what the clients have already sent, closed sockets included.

        The kernel has it already, but our event loop needs a few iterations to read it.
        """
        for _ in range(SETTLE_ROUNDS):
            await asyncio.sleep(0.001)

    async def in_flight(self, count: int = 1) -> None:
        """Returns when so many statements were sent and wait for their answers.

        While the judge holds a lock, they must also be waiting for a lock at the server. Raises
        `Unavailable` if the server is gone; waits without a limit for statements that do not come.
        """
        while self._in_flight() < count:
            self._change.clear()
            try:
                async with asyncio.timeout(HEALTH_CHECK):
                    await self._change.wait()
            except TimeoutError:
                await self._waiting()
        while (waiting := await self._waiting()) is not None and waiting < count:  # noqa: ASYNC110 -- no event
            await asyncio.sleep(LOCK_POLL)

    @property
    def statements(self) -> list[Statement]:
        """What the learner's code sent, on all connections, in the order it began."""
        everything = (one for connection in self.connections for one in connection.statements)
        return sorted((one for one in everything if not one.internal), key=lambda one: one.order)

    def facts(self) -> dict[str, Any]:
        """All of it as plain data; call `settle` first, while the client is still running."""
        return {
            "connections": [connection.facts() for connection in self.connections],
            "open_at_end": self._open(),
            "most_open": self.most_open,
            "most_in_flight": self.most_in_flight,
            "cancels": self.cancels,
        }

    def _open(self) -> int:
        return sum(connection.closed is None for connection in self.connections)

    def _in_flight(self) -> int:
        return sum(one.closed is None and one.in_flight is not None for one in self.connections)

    def _reserve(self, size: int) -> bool:
        self._characters_left -= size
        return self._characters_left > 0

    def _changed(self) -> None:
        self.most_in_flight = max(self.most_in_flight, self._in_flight())
        self._change.set()

    # --- one connection ------------------------------------------------------------------

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._tasks) >= MAX_CLIENTS or len(self.connections) >= MAX_CONNECTIONS:
            writer.transport.abort()
            return
        task = asyncio.create_task(self._serve((reader, writer)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, client: Streams) -> None:
        try:
            code, packet = await _startup_packet(client)
            server = await self._upstream.open()
            try:
                server[1].write(packet)
                if code == wire.CANCEL_REQUEST:
                    self.cancels += 1
                    await server[0].read()  # until it has passed the request on, and closes
                else:
                    await self._client(packet, client, server)
            finally:
                server[1].close()
        except (OSError, EOFError, ValueError):
            pass  # Either side is gone, or does not speak the protocol: we close, and that is all.
        except asyncio.CancelledError:
            client[1].transport.abort()  # Does not wait for a client that reads nothing.
            raise
        finally:
            client[1].close()

    async def _client(self, packet: bytes, client: Streams, server: Streams) -> None:
        user = wire.startup_parameters(packet[8:]).get("user", "")
        position = self._positions.__next__
        connection = ClientConnection(user, position, self._changed, self._reserve)
        self.connections.append(connection)
        self.most_open = max(self.most_open, self._open())
        await self._forward(connection, client, server)
        connection.closed = position()

    async def _forward(
        self, connection: ClientConnection, client: Streams, server: Streams
    ) -> None:
        """Forwards both ways, until either side ends."""
        request = asyncio.create_task(_pump(client[0], server[1], connection.from_client))
        reply = asyncio.create_task(_pump(server[0], client[1], connection.from_server))
        try:
            await asyncio.wait((request, reply), return_when=asyncio.FIRST_COMPLETED)
            gone = reply.done() and not request.done() and reply.exception() is None
            connection.dropped = gone and not connection.terminated
        finally:
            request.cancel()
            reply.cancel()
            await asyncio.gather(request, reply, return_exceptions=True)


async def _startup_packet(client: Streams) -> tuple[int, bytes]:
    """The code and the bytes of the start-up packet; requests for encryption are declined."""
    reader, writer = client
    while True:
        head = await reader.readexactly(8)
        length, code = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:], "big")
        if not 8 <= length <= MAX_STARTUP_PACKET:
            raise ValueError(f"a start-up packet of {length} bytes")
        if code not in (wire.SSL_REQUEST, wire.GSSENC_REQUEST):
            return code, head + await reader.readexactly(length - 8)
        writer.write(b"N")


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, on_data: Callable[[bytes], None]
) -> None:
    """Forwards bytes until there are no more. After what is not the protocol it only forwards."""
    readable = True
    while data := await reader.read(READ_SIZE):
        writer.write(data)
        if readable:
            try:
                on_data(data)
            except ValueError:
                readable = False
        await writer.drain()
