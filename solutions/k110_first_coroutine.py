"""`asyncio.sleep` hands the loop to others while it waits; `time.sleep` would keep it.

A coroutine runs only when something awaits it: `await` inside another
coroutine, `asyncio.run` where no loop is running yet.
"""

import asyncio


async def greet(name: str, delay: float) -> str:
    await asyncio.sleep(delay)
    return f"Hello, {name}!"


async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    return [await greet(name, delay) for name in names]


def main(name: str) -> str:
    return asyncio.run(greet(name, 0))
