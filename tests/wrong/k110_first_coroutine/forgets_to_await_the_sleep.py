"""Calls `asyncio.sleep` like an ordinary function (CO1): without `await` nobody waits."""

import asyncio


async def greet(name: str, delay: float) -> str:
    asyncio.sleep(delay)
    return f"Hello, {name}!"


async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    return [await greet(name, delay) for name in names]


def main(name: str) -> str:
    return asyncio.run(greet(name, 0))
