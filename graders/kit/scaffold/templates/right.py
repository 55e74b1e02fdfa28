"""A task group instead of `gather`: it ends when all of its tasks have ended."""

import asyncio
from collections.abc import Awaitable, Callable


async def fetch_all(fetch: Callable[[str], Awaitable[str]], keys: list[str]) -> list[str]:
    async def value(key: str) -> str:
        return await fetch(key)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(value(key)) for key in keys]
    return [task.result() for task in tasks]
