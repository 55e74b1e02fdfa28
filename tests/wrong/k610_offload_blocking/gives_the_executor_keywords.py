"""Gives the arguments to `run_in_executor` as one calls the function: it takes no keywords."""

import asyncio
from collections.abc import Callable

from fastapi import FastAPI


def create_app(job: Callable[..., int]) -> FastAPI:
    app = FastAPI()

    @app.get("/slow")
    async def slow(n: int, times: int) -> dict[str, int]:
        return {"result": await asyncio.to_thread(job, n, times=times)}

    @app.get("/slow-executor")
    async def slow_executor(n: int, times: int) -> dict[str, int]:
        loop = asyncio.get_running_loop()
        return {"result": await loop.run_in_executor(None, job, n, times=times)}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
