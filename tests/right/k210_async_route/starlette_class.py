"""Starlette's own routes on a class; each visitor's `work` is a task in a group."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route


class Service:
    def __init__(self, work: Callable[[], Awaitable[str]]) -> None:
        self.work = work

    async def index(self, request: Request) -> Response:
        async def worked() -> str:
            return await self.work()

        async with asyncio.TaskGroup() as group:
            task = group.create_task(worked())
        return JSONResponse({"message": task.result()})

    async def item(self, request: Request) -> Response:
        try:
            return JSONResponse({"item_id": int(request.path_params["item_id"])})
        except ValueError:
            return PlainTextResponse("a whole number, please", 422)

    async def ping(self, request: Request) -> Response:
        return JSONResponse({"ping": "pong"})


def create_app(work: Callable[[], Awaitable[str]]) -> Starlette:
    service = Service(work)
    return Starlette(
        routes=[
            Route("/", service.index),
            Route("/items/{item_id}", service.item),
            Route("/ping", service.ping),
        ]
    )
