"""Takes names off the end of a list: each greeting is right, their order is not.

Fails: test_one_after_the_other
"""

import asyncio


async def greet(name: str, delay: float) -> str:
    await asyncio.sleep(delay)
    return f"Hello, {name}!"


async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    waiting = list(names)
    greetings = []
    while waiting:
        greetings.append(await greet(waiting.pop(), delay))
    return greetings


def main(name: str) -> str:
    return asyncio.run(greet(name, 0))
