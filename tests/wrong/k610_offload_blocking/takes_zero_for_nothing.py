"""A result of 0 is taken for none.

Fails: test_the_result_is_answered
"""

import asyncio
from collections.abc import Callable
from functools import partial

from fastapi import FastAPI


def create_app(job: Callable[..., int]) -> FastAPI:
    app = FastAPI()

    @app.get("/slow")
    async def slow(n: int, times: int):
        return {"result": await asyncio.to_thread(job, n, times=times) or None}

    @app.get("/slow-executor")
    async def slow_executor(n: int, times: int):
        loop = asyncio.get_running_loop()
        return {"result": await loop.run_in_executor(None, partial(job, n, times=times)) or None}

    @app.get("/ping")
    async def ping():
        return {"ping": "pong"}

    return app
