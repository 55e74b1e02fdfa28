"""Waits in small steps, of which the last is as long as it has to be; an old-fashioned `main`."""

import asyncio
import functools


async def greet(name: str, delay: float) -> str:
    left = delay
    while left > 1e-9:
        await asyncio.sleep(min(left, 0.1))
        left -= 0.1
    return f"Hello, {name}!"


async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    one = functools.partial(greet, delay=delay)
    return [await coroutine for coroutine in map(one, names)]


def main(name: str) -> str:
    return asyncio.get_event_loop().run_until_complete(greet(name, 0.1))
