"""`job` runs in an event loop of the worker thread's own: nobody else waits on that one."""

import asyncio
from collections.abc import Callable
from functools import partial

from fastapi import FastAPI


def create_app(job: Callable[..., int]) -> FastAPI:
    app = FastAPI()

    def in_own_loop(n: int, times: int) -> int:
        async def call() -> int:
            return job(n, times=times)

        return asyncio.run(call())

    @app.get("/slow")
    async def slow(n: int, times: int) -> dict[str, int]:
        return {"result": await asyncio.to_thread(in_own_loop, n, times)}

    @app.get("/slow-executor")
    async def slow_executor(n: int, times: int) -> dict[str, int]:
        loop = asyncio.get_running_loop()
        return {"result": await loop.run_in_executor(None, partial(in_own_loop, n, times=times))}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
