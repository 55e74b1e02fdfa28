"""A loop in debug mode."""

import asyncio


async def step() -> None:
    await asyncio.sleep(0.01)


async def main() -> None:
    asyncio.get_running_loop().set_debug(True)
    for _ in range(10):
        await asyncio.gather(*(step() for _ in range(5)))
