"""Runs the coroutine on another thread, since a loop runs here already, and blocks until it ends.

Fails: test_a_hundred_visitors_wait_together, test_work_runs_on_the_loop_of_the_app
Also fails: test_others_are_served_meanwhile
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI


def create_app(work: Callable[[], Awaitable[str]]) -> FastAPI:
    app = FastAPI()
    pool = ThreadPoolExecutor()

    @app.get("/")
    async def index() -> dict[str, str]:
        return {"message": pool.submit(asyncio.run, work()).result()}

    @app.get("/items/{item_id}")
    async def item(item_id: int) -> dict[str, int]:
        return {"item_id": item_id}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
