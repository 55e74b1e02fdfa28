"""A protocol that writes what it receives into a busy database."""

import asyncio
import sqlite3
from typing import cast

from tests.bench.blocking import props

FAMILY = "database"
CALL = "sqlite3.Connection.execute"
PLACE = "protocol"

path = props.folder() / "readings.db"
busy = sqlite3.connect(path, isolation_level=None)
busy.execute("CREATE TABLE readings (value TEXT)")
busy.execute("BEGIN EXCLUSIVE")
database = sqlite3.connect(path, timeout=0.2, isolation_level=None)


class Sensor(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        try:
            database.execute("INSERT INTO readings VALUES (?)", [data])  # <-
        except sqlite3.OperationalError:
            self.transport.write(b"lost")
        self.transport.close()


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Sensor, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"17.5")
    assert await reader.read() == b"lost"
    writer.close()
    server.close()
