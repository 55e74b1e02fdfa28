"""Forgets `await` (CO1): the dictionary holds a coroutine, which is no JSON."""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI


def create_app(work: Callable[[], Awaitable[str]]) -> FastAPI:
    app = FastAPI()

    @app.get("/")
    async def index():
        return {"message": work()}

    @app.get("/items/{item_id}")
    async def item(item_id: int) -> dict[str, int]:
        return {"item_id": item_id}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
