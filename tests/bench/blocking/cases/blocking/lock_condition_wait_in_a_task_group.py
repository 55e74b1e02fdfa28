"""`Condition.wait` in a child of a task group."""

import asyncio
import threading

FAMILY = "lock"
CALL = "threading.Condition.wait"
PLACE = "task group child"

changed = threading.Condition()


async def follow(seen: list[bool]) -> None:
    with changed:
        seen.append(changed.wait(timeout=0.2))  # <-


async def main() -> None:
    seen: list[bool] = []
    async with asyncio.TaskGroup() as group:
        group.create_task(follow(seen))
    assert seen == [False]
