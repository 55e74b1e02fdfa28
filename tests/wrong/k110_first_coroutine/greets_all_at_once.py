"""Thinks that more concurrency is always better (CO2 the other way round): "in turn" is lost."""

import asyncio


async def greet(name: str, delay: float) -> str:
    await asyncio.sleep(delay)
    return f"Hello, {name}!"


async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    return list(await asyncio.gather(*(greet(name, delay) for name in names)))


def main(name: str) -> str:
    return asyncio.run(greet(name, 0))
