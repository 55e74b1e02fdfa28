"""A small database driver on asyncio streams."""

import asyncio
from types import TracebackType

from tests.bench.blocking import props


class Connection:
    async def __aenter__(self) -> "Connection":
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", props.port())
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self.writer.close()
        await self.writer.wait_closed()

    async def execute(self, query: str) -> bytes:
        self.writer.write(query.encode())
        await self.writer.drain()
        return await self.reader.read()


async def main() -> None:
    async with Connection() as connection:
        assert await connection.execute("select 1")
