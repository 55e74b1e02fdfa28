"""Makes a task instead of a coroutine: the greeting has begun before anything awaits it.

Fails: test_nothing_happens_before_it_is_awaited
"""

import asyncio


def greet(name: str, delay: float) -> asyncio.Task[str]:
    return asyncio.create_task(_greet(name, delay))


async def _greet(name: str, delay: float) -> str:
    await asyncio.sleep(delay)
    return f"Hello, {name}!"


async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    return [await greet(name, delay) for name in names]


def main(name: str) -> str:
    return asyncio.run(_greet(name, 0))
