"""Runs `job` once more when it has raised: half of its work is done twice.

Fails: test_an_exception_stays_what_it_is
"""

import asyncio
from collections.abc import Callable
from functools import partial

from fastapi import FastAPI


def create_app(job: Callable[..., int]) -> FastAPI:
    app = FastAPI()

    @app.get("/slow")
    async def slow(n: int, times: int):
        try:
            return {"result": await asyncio.to_thread(job, n, times=times)}
        except Exception:
            return {"result": await asyncio.to_thread(job, n, times=times)}

    @app.get("/slow-executor")
    async def slow_executor(n: int, times: int):
        loop = asyncio.get_running_loop()
        return {"result": await loop.run_in_executor(None, partial(job, n, times=times))}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
