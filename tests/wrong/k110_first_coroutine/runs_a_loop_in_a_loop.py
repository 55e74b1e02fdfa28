"""Uses `asyncio.run` wherever a coroutine has to run, even where a loop runs already.

Fails: test_one_after_the_other
Also fails: test_every_coroutine_is_awaited
"""

import asyncio


async def greet(name: str, delay: float) -> str:
    await asyncio.sleep(delay)
    return f"Hello, {name}!"


async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    return [asyncio.run(greet(name, delay)) for name in names]


def main(name: str) -> str:
    return asyncio.run(greet(name, 0))
