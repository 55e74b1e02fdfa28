"""Runs each `work` with `asyncio.run`: another thread, another loop.

Fails: test_work_runs_on_the_loop_of_the_app
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI


def create_app(work: Callable[[], Awaitable[str]]) -> FastAPI:
    app = FastAPI()
    pool = ThreadPoolExecutor(200)

    @app.get("/")
    async def index() -> dict[str, str]:
        loop = asyncio.get_running_loop()
        return {"message": await loop.run_in_executor(pool, lambda: asyncio.run(work()))}

    @app.get("/items/{item_id}")
    async def item(item_id: int) -> dict[str, int]:
        return {"item_id": item_id}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
