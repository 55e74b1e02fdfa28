"""A request over a UNIX socket."""

import asyncio

from tests.bench.blocking import props

PATH = props.folder() / "s"


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(0.1)
    writer.write((await reader.readline()).upper())
    await writer.drain()
    writer.close()


async def main() -> None:
    server = await asyncio.start_unix_server(answer, PATH)
    reader, writer = await asyncio.open_unix_connection(PATH)
    writer.write(b"hello\n")
    assert await reader.read() == b"HELLO\n"
    writer.close()
    await writer.wait_closed()
    server.close()
