"""A task's callback waits a little, before it says that all is well."""

import asyncio
import time

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "done callback"

log: list[str] = []


def finished(task: asyncio.Task[int]) -> None:
    time.sleep(0.15)  # <-
    log.append(f"finished with {task.result()}")


async def count() -> int:
    await asyncio.sleep(0)
    return 3


async def main() -> None:
    task = asyncio.create_task(count())
    task.add_done_callback(finished)
    await task
    await asyncio.sleep(0)
    assert log == ["finished with 3"]
