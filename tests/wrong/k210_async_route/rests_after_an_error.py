"""Sends visitors away for a second after `work` has raised, and does not ask it.

Fails: test_the_visitor_is_told_what_work_said
Also fails: test_work_runs_for_each_visitor
"""

import time
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, HTTPException


def create_app(work: Callable[[], Awaitable[str]]) -> FastAPI:
    app = FastAPI()
    failed_at = float("-inf")

    @app.get("/")
    async def root():
        nonlocal failed_at
        if time.monotonic() - failed_at < 1:
            raise HTTPException(503, detail="resting after a failure")
        try:
            return {"message": await work()}
        except Exception as error:
            failed_at = time.monotonic()
            raise HTTPException(500) from error

    @app.get("/items/{item_id}")
    async def item(item_id: int):
        return {"item_id": item_id}

    @app.get("/ping")
    async def ping():
        return {"ping": "pong"}

    return app
