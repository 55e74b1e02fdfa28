"""`asyncio.sleep` in a coroutine."""

import asyncio


async def main() -> None:
    await asyncio.sleep(0.15)
