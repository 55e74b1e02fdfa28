"""Asks for the running loop while the app is made: at import there is none.

Fails: test_uvicorn_serves_it
"""

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import FastAPI


def create_app(work: Callable[[], Awaitable[str]]) -> FastAPI:
    app = FastAPI()
    loop = asyncio.get_running_loop()

    @app.get("/")
    async def index() -> dict[str, str]:
        return {"message": await loop.create_task(work())}

    @app.get("/items/{item_id}")
    async def item(item_id: int) -> dict[str, int]:
        return {"item_id": item_id}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
