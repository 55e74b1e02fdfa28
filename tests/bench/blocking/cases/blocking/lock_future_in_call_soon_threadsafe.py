"""A callback from a thread, that waits for the thread."""

import asyncio
import time
from concurrent.futures import Future, ThreadPoolExecutor

FAMILY = "lock"
CALL = "concurrent.futures.Future.result"
PLACE = "call_soon_threadsafe"

pool = ThreadPoolExecutor(1)


class Job:
    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[str] = self.loop.create_future()
        self.report: Future[str] = Future()

    def work(self) -> None:
        self.loop.call_soon_threadsafe(self.publish)
        time.sleep(0.3)
        self.report.set_result("done")

    def publish(self) -> None:
        self.answer.set_result(self.report.result())  # <-


async def main() -> None:
    job = Job()
    pool.submit(job.work)
    assert await job.answer == "done"
    pool.shutdown(wait=False)
