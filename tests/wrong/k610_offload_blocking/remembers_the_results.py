"""Remembers the results: the same numbers do not run `job` again.

Fails: test_the_arguments_reach_the_job
"""

import asyncio
from collections.abc import Callable
from functools import lru_cache, partial

from fastapi import FastAPI


def create_app(job: Callable[..., int]) -> FastAPI:
    app = FastAPI()
    job = lru_cache(maxsize=None)(job)

    @app.get("/slow")
    async def slow(n: int, times: int):
        return {"result": await asyncio.to_thread(job, n, times=times)}

    @app.get("/slow-executor")
    async def slow_executor(n: int, times: int):
        loop = asyncio.get_running_loop()
        return {"result": await loop.run_in_executor(None, partial(job, n, times=times))}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
