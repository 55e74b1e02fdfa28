"""Makes the coroutine once and awaits it for each visitor: the second time it is used up.

Fails: test_work_runs_for_each_visitor
Also fails: test_a_hundred_visitors_wait_together
"""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI


def create_app(work: Callable[[], Awaitable[str]]) -> FastAPI:
    app = FastAPI()
    coroutine = work()

    @app.get("/")
    async def index() -> dict[str, str]:
        return {"message": await coroutine}

    @app.get("/items/{item_id}")
    async def item(item_id: int) -> dict[str, int]:
        return {"item_id": item_id}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
