"""Waits in small steps, which add up but for rounding; `main` is written the old way."""

import asyncio
import functools


async def greet(name: str, delay: float) -> str:
    waited = 0.0
    while waited < delay - 0.05:
        await asyncio.sleep(0.1)
        waited += 0.1
    return f"Hello, {name}!"


async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    one = functools.partial(greet, delay=delay)
    return [await coroutine for coroutine in map(one, names)]


def main(name: str) -> str:
    return asyncio.get_event_loop().run_until_complete(greet(name, 0.1))
