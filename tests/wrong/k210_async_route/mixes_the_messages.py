"""Keeps the message for all visitors in one place, and awaits something else before it answers.

Fails: test_a_hundred_visitors_wait_together
"""

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import FastAPI


def create_app(work: Callable[[], Awaitable[str]]) -> FastAPI:
    app = FastAPI()
    last: dict[str, str] = {}

    @app.get("/")
    async def index() -> dict[str, str]:
        last["message"] = await work()
        await asyncio.sleep(0.01)  # as a database would, that counts the visitors
        return last

    @app.get("/items/{item_id}")
    async def item(item_id: int) -> dict[str, int]:
        return {"item_id": item_id}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
