"""A second loop in a thread, run to its end."""

import asyncio


async def nap() -> str:
    await asyncio.sleep(0.1)
    return "rested"


async def main() -> None:
    assert await asyncio.to_thread(lambda: asyncio.run(nap())) == "rested"
