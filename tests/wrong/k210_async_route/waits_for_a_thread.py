"""Runs the coroutine on a thread, because a loop runs already, and blocks till it is done (RT2)."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI


def create_app(work: Callable[[], Awaitable[str]]) -> FastAPI:
    app = FastAPI()
    pool = ThreadPoolExecutor()

    @app.get("/")
    async def index() -> dict[str, str]:
        return {"message": pool.submit(asyncio.run, work()).result()}

    @app.get("/items/{item_id}")
    async def item(item_id: int) -> dict[str, int]:
        return {"item_id": item_id}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
