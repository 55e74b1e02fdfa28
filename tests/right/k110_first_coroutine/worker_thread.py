"""The waiting is done on a worker thread, the turns by a lock that only one task holds."""

import asyncio
import time


async def greet(name: str, delay: float) -> str:
    await asyncio.to_thread(time.sleep, delay)
    return "Hello, " + name + "!"


async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    turn = asyncio.Lock()

    async def one(name: str) -> str:
        async with turn:
            return await greet(name, delay)

    return list(await asyncio.gather(*map(one, names)))


def main(name: str) -> str:
    with asyncio.Runner() as runner:
        return runner.run(greet(name, 0))
