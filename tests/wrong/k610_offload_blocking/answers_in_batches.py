"""Collects requests that come together, and answers all of them when the slowest job is done.

Fails: test_three_jobs_run_side_by_side
"""

import asyncio
from collections.abc import Callable

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

WINDOW = 0.02


class Batcher:
    def __init__(self, job: Callable[..., int]) -> None:
        self.job = job
        self.waiting: list[tuple[int, int, asyncio.Future[int]]] = []
        self.tasks: set[asyncio.Task[None]] = set()

    async def run(self, n: int, times: int) -> int:
        loop = asyncio.get_running_loop()
        answer = loop.create_future()
        if not self.waiting:
            task = loop.create_task(self._batch())
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
        self.waiting.append((n, times, answer))
        return await answer

    async def _batch(self) -> None:
        await asyncio.sleep(WINDOW)
        batch, self.waiting = self.waiting, []
        results = await asyncio.gather(
            *(run_in_threadpool(self.job, n, times=times) for n, times, _ in batch),
            return_exceptions=True,
        )
        for (_, _, answer), result in zip(batch, results):
            if answer.done():
                continue
            if isinstance(result, BaseException):
                answer.set_exception(result)
            else:
                answer.set_result(result)


def create_app(job: Callable[..., int]) -> FastAPI:
    app = FastAPI()
    for_slow, for_executor = Batcher(job), Batcher(job)

    @app.get("/slow")
    async def slow(n: int, times: int):
        return {"result": await for_slow.run(n, times)}

    @app.get("/slow-executor")
    async def slow_executor(n: int, times: int):
        return {"result": await for_executor.run(n, times)}

    @app.get("/ping")
    async def ping():
        return {"ping": "pong"}

    return app
