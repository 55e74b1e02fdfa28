"""Calls `work` a second time when it raises a ConnectionError.

Fails: test_work_runs_for_each_visitor
"""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, HTTPException


def create_app(work: Callable[[], Awaitable[str]]) -> FastAPI:
    app = FastAPI()

    @app.get("/")
    async def root():
        try:
            try:
                message = await work()
            except ConnectionError:
                message = await work()
        except Exception as error:
            raise HTTPException(500) from error
        return {"message": message}

    @app.get("/items/{item_id}")
    async def item(item_id: int):
        return {"item_id": item_id}

    @app.get("/ping")
    async def ping():
        return {"ping": "pong"}

    return app
