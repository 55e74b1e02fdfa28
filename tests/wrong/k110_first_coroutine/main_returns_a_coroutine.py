"""Thinks that calling a coroutine function runs it: `main` returns a coroutine.

Fails: test_ordinary_code_can_call_main
Also fails: test_every_coroutine_is_awaited
"""

import asyncio


async def greet(name: str, delay: float) -> str:
    await asyncio.sleep(delay)
    return f"Hello, {name}!"


async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    return [await greet(name, delay) for name in names]


def main(name: str) -> str:
    return greet(name, 0)
