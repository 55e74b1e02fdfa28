"""A file sent by the loop's `sendfile`."""

import asyncio

from tests.bench.blocking import props

FILE = props.big_file().open("rb")
COUNT = 2_000_000


async def send(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.get_running_loop().sendfile(writer.transport, FILE, 0, COUNT)
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(send, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    received = 0
    while data := await reader.read(65536):
        received += len(data)
    assert received == COUNT
    writer.close()
    server.close()
