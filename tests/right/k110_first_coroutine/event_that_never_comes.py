"""Waits for an event that nobody sets, for `delay` seconds; the turns are an async generator."""

import asyncio
from collections.abc import AsyncIterator


async def greet(name: str, delay: float) -> str:
    try:
        async with asyncio.timeout(delay):
            await asyncio.Event().wait()
    except TimeoutError:
        pass
    return " ".join(("Hello,", name + "!"))


async def _greetings(names: list[str], delay: float) -> AsyncIterator[str]:
    for name in names:
        yield await greet(name, delay)


async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    return [greeting async for greeting in _greetings(names, delay)]


def main(name: str) -> str:
    async def program() -> str:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(greet(name, 0.25))
        return task.result()

    return asyncio.run(program())
