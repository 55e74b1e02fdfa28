"""Calls a coroutine from a `def` route with `asyncio.run`: another thread, another loop.

Fails: test_work_runs_on_the_loop_of_the_app
"""

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import FastAPI


def create_app(work: Callable[[], Awaitable[str]]) -> FastAPI:
    app = FastAPI()

    @app.get("/")
    def index() -> dict[str, str]:
        return {"message": asyncio.run(work())}

    @app.get("/items/{item_id}")
    async def item(item_id: int) -> dict[str, int]:
        return {"item_id": item_id}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
