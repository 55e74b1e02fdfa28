"""Starts all greetings at the same time where one after the other was asked for.

Fails: test_one_after_the_other
"""

import asyncio


async def greet(name: str, delay: float) -> str:
    await asyncio.sleep(delay)
    return f"Hello, {name}!"


async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    return list(await asyncio.gather(*(greet(name, delay) for name in names)))


def main(name: str) -> str:
    return asyncio.run(greet(name, 0))
