"""Looks twenty times a second whether a thread of the module's own pool is done."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI

pool = ThreadPoolExecutor(5)


def create_app(job: Callable[..., int]) -> FastAPI:
    app = FastAPI()

    async def run(n: int, times: int) -> int:
        future = pool.submit(job, n, times=times)
        while not future.done():
            await asyncio.sleep(0.05)
        return future.result()

    @app.get("/slow")
    async def slow(n: int, times: int):
        return {"result": await run(n, times)}

    @app.get("/slow-executor")
    async def slow_executor(n: int, times: int):
        return {"result": await run(n, times)}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
