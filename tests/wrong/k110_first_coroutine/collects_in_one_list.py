"""Collects the greetings of all calls in one list of the module.

Fails: test_one_after_the_other
"""

import asyncio

greetings: list[str] = []


async def greet(name: str, delay: float) -> str:
    await asyncio.sleep(delay)
    return f"Hello, {name}!"


async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    for name in names:
        greetings.append(await greet(name, delay))
    return greetings


def main(name: str) -> str:
    return asyncio.run(greet(name, 0))
