"""A task group with a semaphore."""

import asyncio


async def fetch(gate: asyncio.Semaphore) -> None:
    async with gate:
        await asyncio.sleep(0.03)


async def main() -> None:
    gate = asyncio.Semaphore(4)
    async with asyncio.TaskGroup() as group:
        for _ in range(12):
            group.create_task(fetch(gate))
