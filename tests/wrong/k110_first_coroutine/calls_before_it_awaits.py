"""Calls once to start and once to wait: the first call starts nothing and is forgotten.

Fails: test_every_coroutine_is_awaited
"""

import asyncio


async def greet(name: str, delay: float) -> str:
    await asyncio.sleep(delay)
    return f"Hello, {name}!"


async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    greetings = []
    for name in names:
        greet(name, delay)
        greetings.append(await greet(name, delay))
    return greetings


def main(name: str) -> str:
    return asyncio.run(greet(name, 0))
