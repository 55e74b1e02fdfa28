"""Three httpx clients made in a coroutine, each in a step of its own, with its certificates."""

import asyncio

import httpx


async def main() -> None:
    for _ in range(3):
        async with httpx.AsyncClient() as client:
            assert not client.is_closed
        await asyncio.sleep(0)
