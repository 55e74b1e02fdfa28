"""Calls `asyncio.sleep` without `await`, like an ordinary function, and so does not wait.

Fails: test_others_run_while_it_waits
Also fails: test_it_waits_as_long_as_it_is_told, test_every_coroutine_is_awaited
"""

import asyncio


async def greet(name: str, delay: float) -> str:
    asyncio.sleep(delay)
    return f"Hello, {name}!"


async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    return [await greet(name, delay) for name in names]


def main(name: str) -> str:
    return asyncio.run(greet(name, 0))
