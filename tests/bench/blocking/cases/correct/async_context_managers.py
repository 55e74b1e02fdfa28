"""A stack of asynchronous context managers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager


@asynccontextmanager
async def connection(name: str) -> AsyncIterator[str]:
    await asyncio.sleep(0.02)
    yield name
    await asyncio.sleep(0.02)


async def main() -> None:
    async with AsyncExitStack() as stack:
        for name in ("a", "b", "c"):
            await stack.enter_async_context(connection(name))
