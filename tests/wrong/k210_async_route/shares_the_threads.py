"""Makes every route a plain `def`: the ping queues for a thread behind those who wait.

Fails: test_others_are_served_meanwhile
Also fails: test_a_hundred_visitors_wait_together
"""

from collections.abc import Awaitable, Callable

import anyio.from_thread
from fastapi import FastAPI


def create_app(work: Callable[[], Awaitable[str]]) -> FastAPI:
    app = FastAPI()

    @app.get("/")
    def index() -> dict[str, str]:
        return {"message": anyio.from_thread.run(work)}

    @app.get("/items/{item_id}")
    def item(item_id: int) -> dict[str, int]:
        return {"item_id": item_id}

    @app.get("/ping")
    def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
