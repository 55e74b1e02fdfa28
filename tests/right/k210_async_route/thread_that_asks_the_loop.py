"""A plain `def` route waits on its thread while `work` runs on the loop; the ping needs none."""

from collections.abc import Awaitable, Callable

import anyio.from_thread
from fastapi import FastAPI


def create_app(work: Callable[[], Awaitable[str]]) -> FastAPI:
    app = FastAPI(docs_url=None)

    @app.get("/")
    def index() -> dict[str, str]:
        return {"message": anyio.from_thread.run(work)}

    @app.get("/items/{item_id}")
    def item(item_id: int) -> dict[str, int]:
        return {"item_id": item_id}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
