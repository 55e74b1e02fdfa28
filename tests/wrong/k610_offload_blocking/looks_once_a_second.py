"""Looks once a second whether `job` has returned, and answers up to a second late.

Fails: test_the_loop_goes_on_meanwhile, test_three_jobs_run_side_by_side
"""

import asyncio
from collections.abc import Callable
from functools import partial

from fastapi import FastAPI


def create_app(job: Callable[..., int]) -> FastAPI:
    app = FastAPI()

    @app.get("/slow")
    async def slow(n: int, times: int):
        task = asyncio.ensure_future(asyncio.to_thread(job, n, times=times))
        while not task.done():
            await asyncio.sleep(1)
        return {"result": task.result()}

    @app.get("/slow-executor")
    async def slow_executor(n: int, times: int):
        loop = asyncio.get_running_loop()
        return {"result": await loop.run_in_executor(None, partial(job, n, times=times))}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
