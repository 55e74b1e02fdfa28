"""A decorator delays a function that does not wait itself; the waiting is anyio's."""

import functools
from collections.abc import Awaitable, Callable

import anyio


def delayed(function: Callable[[str], Awaitable[str]]) -> Callable[[str, float], Awaitable[str]]:
    @functools.wraps(function)
    async def wrapper(name: str, delay: float) -> str:
        with anyio.move_on_after(delay):
            await anyio.sleep_forever()
        return await function(name)

    return wrapper


@delayed
async def greet(name: str) -> str:
    return f"Hello, {name}!"


async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    if not names:
        return []
    first, *rest = names
    return [await greet(first, delay), *await greet_in_turn(rest, delay)]


def main(name: str) -> str:
    return anyio.run(greet, name, 0)
