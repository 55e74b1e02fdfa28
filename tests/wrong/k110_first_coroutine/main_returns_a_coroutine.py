"""Thinks that calling a coroutine function runs it (CO1): `main` hands out a coroutine."""

import asyncio


async def greet(name: str, delay: float) -> str:
    await asyncio.sleep(delay)
    return f"Hello, {name}!"


async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    return [await greet(name, delay) for name in names]


def main(name: str) -> str:
    return greet(name, 0)
