"""An async generator left early and closed."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing


async def readings() -> AsyncGenerator[int, None]:
    try:
        for number in range(100):
            await asyncio.sleep(0.02)
            yield number
    finally:
        await asyncio.sleep(0.02)


async def main() -> None:
    async with aclosing(readings()) as numbers:
        async for number in numbers:
            if number == 4:
                break
