"""A dispatcher that the lifespan starts makes a task of each order; the route awaits its future."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request


def create_app(work: Callable[[], Awaitable[str]]) -> FastAPI:
    async def fulfil(order: asyncio.Future[str]) -> None:
        try:
            order.set_result(await work())
        except Exception as error:
            order.set_exception(error)

    async def dispatch(orders: asyncio.Queue[asyncio.Future[str]]) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                group.create_task(fulfil(await orders.get()))

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, object]]:
        orders: asyncio.Queue[asyncio.Future[str]] = asyncio.Queue()
        dispatcher = asyncio.create_task(dispatch(orders))
        try:
            yield {"orders": orders}
        finally:
            dispatcher.cancel()
            await asyncio.wait([dispatcher])

    app = FastAPI(lifespan=lifespan)

    @app.get("/")
    async def index(request: Request) -> dict[str, str]:
        order: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        await request.state.orders.put(order)
        return {"message": await order}

    @app.get("/items/{item_id}")
    async def item(item_id: int) -> dict[str, int]:
        return {"item_id": item_id}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
