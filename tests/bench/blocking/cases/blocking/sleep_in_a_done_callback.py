"""A done callback that waits before it reports."""

import asyncio
import time

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "done callback"

reports: list[int] = []


def report(task: asyncio.Task[int]) -> None:
    time.sleep(0.15)  # <-
    reports.append(task.result())


async def work() -> int:
    await asyncio.sleep(0)
    return 7


async def main() -> None:
    task = asyncio.create_task(work())
    task.add_done_callback(report)
    await task
    await asyncio.sleep(0)
    assert reports == [7]
