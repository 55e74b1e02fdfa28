"""Waits with `time.sleep` in an `async def`: the keyword alone makes nothing asynchronous.

Fails: test_others_run_while_it_waits
"""

import asyncio
import time


async def greet(name: str, delay: float) -> str:
    time.sleep(delay)
    return f"Hello, {name}!"


async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    return [await greet(name, delay) for name in names]


def main(name: str) -> str:
    return asyncio.run(greet(name, 0))
