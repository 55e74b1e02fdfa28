"""Leaves the path parameter without a type: "7" stays text, and "seven" is welcome.

Fails: test_an_item_has_a_whole_number
"""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI


def create_app(work: Callable[[], Awaitable[str]]) -> FastAPI:
    app = FastAPI()

    @app.get("/")
    async def index() -> dict[str, str]:
        return {"message": await work()}

    @app.get("/items/{item_id}")
    async def item(item_id):
        return {"item_id": item_id}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
