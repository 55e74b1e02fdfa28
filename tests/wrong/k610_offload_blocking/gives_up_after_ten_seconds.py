"""Has a limit of its own, which a long job does not keep.

Fails: test_the_loop_goes_on_meanwhile
"""

import asyncio
from collections.abc import Callable
from functools import partial

from fastapi import FastAPI


def create_app(job: Callable[..., int]) -> FastAPI:
    app = FastAPI()

    @app.get("/slow")
    async def slow(n: int, times: int):
        async with asyncio.timeout(10):
            return {"result": await asyncio.to_thread(job, n, times=times)}

    @app.get("/slow-executor")
    async def slow_executor(n: int, times: int):
        loop = asyncio.get_running_loop()
        running = loop.run_in_executor(None, partial(job, n, times=times))
        return {"result": await asyncio.wait_for(running, 10)}

    @app.get("/ping")
    async def ping():
        return {"ping": "pong"}

    return app
