"""Has a status of its own for a TimeoutError that `work` raises.

Fails: test_the_visitor_is_told_what_work_said
"""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, HTTPException


def create_app(work: Callable[[], Awaitable[str]]) -> FastAPI:
    app = FastAPI()

    @app.get("/")
    async def root():
        try:
            return {"message": await work()}
        except TimeoutError as error:
            raise HTTPException(504, detail="work took too long") from error
        except Exception as error:
            raise HTTPException(500) from error

    @app.get("/items/{item_id}")
    async def item(item_id: int):
        return {"item_id": item_id}

    @app.get("/ping")
    async def ping():
        return {"ping": "pong"}

    return app
