"""A mounted app answers; a task of anyio awaits `work`, and the body is sent in pieces."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable

import anyio
from fastapi import FastAPI
from fastapi.responses import StreamingResponse


def create_app(work: Callable[[], Awaitable[str]]) -> FastAPI:
    inner = FastAPI()

    @inner.get("/")
    async def index() -> StreamingResponse:
        said: list[str] = []

        async def listen() -> None:
            said.append(await work())

        async with anyio.create_task_group() as group:
            group.start_soon(listen)

        async def pieces() -> AsyncIterator[str]:
            yield '{"message": '
            yield json.dumps(said.pop()) + "}"

        return StreamingResponse(pieces(), media_type="application/json")

    @inner.get("/items/{item_id}")
    def item(item_id: int) -> dict[str, int]:
        return {"item_id": item_id}

    @inner.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    app = FastAPI()
    app.mount("/", inner)
    return app
