"""Workers on an `asyncio.Queue`, joined."""

import asyncio


async def worker(jobs: asyncio.Queue[float]) -> None:
    while True:
        await asyncio.sleep(await jobs.get())
        jobs.task_done()


async def main() -> None:
    jobs: asyncio.Queue[float] = asyncio.Queue(5)
    workers = [asyncio.create_task(worker(jobs)) for _ in range(3)]
    for _ in range(12):
        await jobs.put(0.02)
    await jobs.join()
    for task in workers:
        task.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
