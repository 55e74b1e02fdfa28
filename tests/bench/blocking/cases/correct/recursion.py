"""A recursion five hundred calls deep."""

import asyncio


def depth(level: int) -> int:
    return level and 1 + depth(level - 1)


async def main() -> None:
    for _ in range(20):
        assert depth(500) == 500
        await asyncio.sleep(0)
