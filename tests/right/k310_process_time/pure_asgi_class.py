"""A middleware as ASGI has it: a class around the app, which adds to the first message."""

from time import perf_counter

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class ProcessTime:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = perf_counter()

        async def timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.append("X-Process-Time", f"{perf_counter() - started:.4f}")
            await send(message)

        await self.app(scope, receive, timed if scope["type"] == "http" else send)


def install(app: FastAPI) -> None:
    app.add_middleware(ProcessTime)
