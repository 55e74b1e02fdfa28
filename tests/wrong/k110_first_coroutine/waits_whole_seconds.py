"""Waits one second at a time, and loses the part that is less than a second.

Fails: test_it_waits_as_long_as_it_is_told
"""

import asyncio


async def greet(name: str, delay: float) -> str:
    for _ in range(int(delay)):
        await asyncio.sleep(1)
    return f"Hello, {name}!"


async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    return [await greet(name, delay) for name in names]


def main(name: str) -> str:
    return asyncio.run(greet(name, 0))
