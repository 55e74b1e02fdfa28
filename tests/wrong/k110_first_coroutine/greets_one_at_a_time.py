"""Protects a greeting with a lock that needs none: all others queue for it.

Fails: test_others_run_while_it_waits
"""

import asyncio

lock = asyncio.Lock()


async def greet(name: str, delay: float) -> str:
    async with lock:
        await asyncio.sleep(delay)
    return f"Hello, {name}!"


async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    return [await greet(name, delay) for name in names]


def main(name: str) -> str:
    return asyncio.run(greet(name, 0))
