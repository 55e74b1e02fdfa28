"""An asynchronous class whose file work is done in threads."""

import asyncio
from types import TracebackType
from typing import IO, Any

from tests.bench.blocking import props


class AsyncFile:
    async def __aenter__(self) -> "AsyncFile":
        self.file: IO[Any] = await asyncio.to_thread(props.big_file().open)
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.file.close)

    def __aiter__(self) -> "AsyncFile":
        return self

    async def __anext__(self) -> str:
        line = await asyncio.to_thread(self.file.readline)
        if not line:
            raise StopAsyncIteration
        return str(line)


async def main() -> None:
    count = 0
    async with AsyncFile() as lines:
        async for _ in lines:
            count += 1
            if count == 100:
                break
