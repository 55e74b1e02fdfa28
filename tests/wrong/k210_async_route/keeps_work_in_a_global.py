"""Keeps `work` in a global: a second app takes the first one's away.

Fails: test_work_runs_for_each_visitor
"""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI

known: dict[str, Callable[[], Awaitable[str]]] = {}


def create_app(work: Callable[[], Awaitable[str]]) -> FastAPI:
    app = FastAPI()
    known["work"] = work

    @app.get("/")
    async def index() -> dict[str, str]:
        return {"message": await known["work"]()}

    @app.get("/items/{item_id}")
    async def item(item_id: int) -> dict[str, int]:
        return {"item_id": item_id}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
