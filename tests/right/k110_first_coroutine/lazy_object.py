"""`greet` is a class whose objects can be awaited; each one does nothing until it is."""

import asyncio
from collections.abc import Generator
from typing import Any


class greet:
    def __init__(self, name: str, delay: float) -> None:
        self._name = name
        self._delay = delay

    def __await__(self) -> Generator[Any, None, str]:
        return self._greeting().__await__()

    async def _greeting(self) -> str:
        await asyncio.wait_for(asyncio.sleep(self._delay), None)
        return f"Hello, {self._name}!"


async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    greetings: list[str] = []
    for name in names:
        greetings += [await greet(name, delay)]
    return greetings


def main(name: str) -> str:
    async def program() -> str:
        return await greet(name, 0)

    return asyncio.run(program())
