"""One task of a group that sleeps the wrong way."""

import asyncio
import time

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "task"


async def heartbeat() -> None:
    await asyncio.sleep(0)
    time.sleep(0.15)  # <-


async def answer() -> None:
    for _ in range(5):
        await asyncio.sleep(0.01)


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(heartbeat())
        group.create_task(answer())
