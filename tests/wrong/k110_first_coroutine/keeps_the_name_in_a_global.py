"""Keeps the name in a global, which a second greeting overwrites while the first one waits.

Fails: test_the_greeting_is_exact
"""

import asyncio

current = ""


async def greet(name: str, delay: float) -> str:
    global current
    current = name
    await asyncio.sleep(delay)
    return f"Hello, {current}!"


async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    return [await greet(name, delay) for name in names]


def main(name: str) -> str:
    return asyncio.run(greet(name, 0))
