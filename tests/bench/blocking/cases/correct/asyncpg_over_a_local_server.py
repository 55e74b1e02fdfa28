"""asyncpg and a server that takes its time."""

import asyncio

import asyncpg


def message(kind: bytes, body: bytes) -> bytes:
    return kind + (len(body) + 4).to_bytes(4) + body


READY = message(b"Z", b"I")
WELCOME = (
    message(b"R", bytes(4))
    + message(b"S", b"server_version\x0018.0\x00")
    + message(b"S", b"client_encoding\x00UTF8\x00")
    + message(b"K", bytes(8))
)


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readexactly(int.from_bytes(await reader.readexactly(4)) - 4)
    writer.write(WELCOME + READY)
    while await reader.readexactly(1) == b"Q":
        await reader.readexactly(int.from_bytes(await reader.readexactly(4)) - 4)
        await asyncio.sleep(0.05)
        writer.write(message(b"C", b"UPDATE 1\x00") + READY)
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    db = await asyncpg.connect(host=host, port=port, user="u", database="d", ssl=False)
    assert await db.execute("update orders set paid = true") == "UPDATE 1"
    assert await db.execute("update orders set paid = true") == "UPDATE 1"
    await db.close()
    server.close()
