"""Keeps the answer that the first visitor got, and gives it to all others.

Fails: test_work_runs_for_each_visitor
"""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI


def create_app(work: Callable[[], Awaitable[str]]) -> FastAPI:
    app = FastAPI()
    known: dict[str, str] = {}

    @app.get("/")
    async def index() -> dict[str, str]:
        if "message" not in known:
            known["message"] = await work()
        return known

    @app.get("/items/{item_id}")
    async def item(item_id: int) -> dict[str, int]:
        return {"item_id": item_id}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
