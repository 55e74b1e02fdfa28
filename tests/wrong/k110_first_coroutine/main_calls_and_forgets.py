"""Calls `greet` in `main` as if that ran it, and makes up what it would return.

Fails: test_every_coroutine_is_awaited
"""

import asyncio


async def greet(name: str, delay: float) -> str:
    await asyncio.sleep(delay)
    return f"Hello, {name}!"


async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    return [await greet(name, delay) for name in names]


def main(name: str) -> str:
    greet(name, 0)
    return f"Hello, {name}!"
