"""A program run by asyncio."""

import asyncio


async def main() -> None:
    child = await asyncio.create_subprocess_exec("sleep", "0.15")
    assert await child.wait() == 0
