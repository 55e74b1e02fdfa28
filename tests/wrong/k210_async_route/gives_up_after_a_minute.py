"""Sets `work` a deadline of its own, and tells a visitor who would have waited that it is over.

Fails: test_the_visitor_is_told_what_work_said
"""

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, HTTPException


def create_app(work: Callable[[], Awaitable[str]]) -> FastAPI:
    app = FastAPI()

    @app.get("/")
    async def index() -> dict[str, str]:
        try:
            return {"message": await asyncio.wait_for(work(), 60)}
        except TimeoutError:
            raise HTTPException(504) from None

    @app.get("/items/{item_id}")
    async def item(item_id: int) -> dict[str, int]:
        return {"item_id": item_id}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
