"""Has a request wait for the job of an equal one that is under way, and share its result.

Fails: test_three_jobs_run_side_by_side
"""

import asyncio
from collections.abc import Callable

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool


def create_app(job: Callable[..., int]) -> FastAPI:
    app = FastAPI()
    running: dict[tuple[str, int, int], asyncio.Task[int]] = {}

    async def run(route: str, n: int, times: int) -> int:
        key = (route, n, times)
        task = running.get(key)
        if task is None:
            task = running[key] = asyncio.ensure_future(run_in_threadpool(job, n, times=times))
            task.add_done_callback(lambda _: running.pop(key))
        return await asyncio.shield(task)

    @app.get("/slow")
    async def slow(n: int, times: int):
        return {"result": await run("slow", n, times)}

    @app.get("/slow-executor")
    async def slow_executor(n: int, times: int):
        return {"result": await run("slow-executor", n, times)}

    @app.get("/ping")
    async def ping():
        return {"ping": "pong"}

    return app
