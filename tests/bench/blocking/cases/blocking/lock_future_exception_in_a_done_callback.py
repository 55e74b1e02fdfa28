"""A task's done callback that waits for the exception of another future."""

import asyncio
import time
from concurrent.futures import Future, ThreadPoolExecutor

FAMILY = "lock"
CALL = "concurrent.futures.Future.exception"
PLACE = "done callback"

pool = ThreadPoolExecutor(1)
failures: list[BaseException | None] = []


def back_up() -> None:
    time.sleep(0.3)
    raise OSError("disk full")


async def main() -> None:
    backup: Future[None] = pool.submit(back_up)

    def saved(_: asyncio.Task[None]) -> None:
        failures.append(backup.exception())  # <-

    task = asyncio.create_task(asyncio.sleep(0))
    task.add_done_callback(saved)
    await task
    await asyncio.sleep(0)
    pool.shutdown(wait=False)
    assert isinstance(failures[0], OSError)
