"""Forgets `await`: the dictionary holds a coroutine, which is no JSON.

Fails: test_the_visitor_is_told_what_work_said
Also fails: test_work_runs_for_each_visitor, test_a_hundred_visitors_wait_together,
test_work_runs_on_the_loop_of_the_app, test_others_are_served_meanwhile, test_uvicorn_serves_it
"""

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
