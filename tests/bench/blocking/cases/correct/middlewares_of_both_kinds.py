"""An HTTP middleware and a pure ASGI one, both asynchronous."""

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.bench.blocking import props


class Limited:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.gate = asyncio.Semaphore(2)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self.gate:
            await self.app(scope, receive, send)


app = FastAPI()
app.add_middleware(Limited)


@app.middleware("http")
async def timed(request: Request, go: Callable[[Request], Awaitable[Response]]) -> Response:
    await asyncio.sleep(0.02)
    response = await go(request)
    response.headers["x-took"] = "some time"
    return response


@app.get("/")
async def root() -> str:
    return "here"


async def main() -> None:
    async with props.client(app) as client:
        answers = await asyncio.gather(*(client.get("/") for _ in range(6)))
    assert all(answer.headers["x-took"] for answer in answers)
