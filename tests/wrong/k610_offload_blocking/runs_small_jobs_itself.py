"""Calls the job on the event loop itself where it seems to have nothing to do.

Fails: test_the_job_runs_on_a_worker_thread
"""

import asyncio
from collections.abc import Callable
from functools import partial

from fastapi import FastAPI


def create_app(job: Callable[..., int]) -> FastAPI:
    app = FastAPI()

    @app.get("/slow")
    async def slow(n: int, times: int):
        if times < 1:
            return {"result": job(n, times=times)}
        return {"result": await asyncio.to_thread(job, n, times=times)}

    @app.get("/slow-executor")
    async def slow_executor(n: int, times: int):
        if times < 1:
            return {"result": job(n, times=times)}
        loop = asyncio.get_running_loop()
        return {"result": await loop.run_in_executor(None, partial(job, n, times=times))}

    @app.get("/ping")
    async def ping():
        return {"ping": "pong"}

    return app
