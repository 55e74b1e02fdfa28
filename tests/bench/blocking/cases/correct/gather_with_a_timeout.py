"""`gather` under a timeout that is not reached."""

import asyncio


async def fetch(number: int) -> int:
    await asyncio.sleep(0.05)
    return number


async def main() -> None:
    async with asyncio.timeout(5):
        assert sum(await asyncio.gather(*(fetch(n) for n in range(20)))) == 190
