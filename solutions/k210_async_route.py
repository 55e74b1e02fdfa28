"""An `async def` route runs on the event loop, and gives it to others at each `await`.

So one thread serves every visitor who waits, as long as no route blocks it; and
what is awaited runs on the loop that it belongs to.
"""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI


def create_app(work: Callable[[], Awaitable[str]]) -> FastAPI:
    app = FastAPI()

    @app.get("/")
    async def index() -> dict[str, str]:
        return {"message": await work()}

    @app.get("/items/{item_id}")
    async def item(item_id: int) -> dict[str, int]:
        return {"item_id": item_id}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
