"""`work` is a dependency that FastAPI awaits itself; the routes sit on a router."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Path
from pydantic import BaseModel


class Message(BaseModel):
    message: str


def create_app(work: Callable[[], Awaitable[str]]) -> FastAPI:
    router = APIRouter()

    @router.get("/", response_model=Message)
    async def index(message: Annotated[str, Depends(work)]):
        return Message(message=message)

    @router.get("/items/{item_id}")
    async def item(item_id: Annotated[int, Path()]):
        return {"item_id": item_id}

    @router.get("/ping")
    async def ping():
        return {"ping": "pong"}

    app = FastAPI()
    app.include_router(router)
    return app
