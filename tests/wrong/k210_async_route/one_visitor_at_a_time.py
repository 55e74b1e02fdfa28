"""Protects with a lock what needs no protection: the visitors queue for it.

Fails: test_a_hundred_visitors_wait_together
"""

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import FastAPI


def create_app(work: Callable[[], Awaitable[str]]) -> FastAPI:
    app = FastAPI()
    lock = asyncio.Lock()

    @app.get("/")
    async def index() -> dict[str, str]:
        async with lock:
            return {"message": await work()}

    @app.get("/items/{item_id}")
    async def item(item_id: int) -> dict[str, int]:
        return {"item_id": item_id}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
