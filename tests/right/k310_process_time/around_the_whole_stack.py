"""Wraps whatever the app builds, so that even its own error page tells a time."""

import time
from contextvars import ContextVar

from fastapi import FastAPI

started: ContextVar[float] = ContextVar("started")


def install(app: FastAPI) -> None:
    build = app.build_middleware_stack

    def build_timed():
        inner = build()

        async def timed(scope, receive, send):
            started.set(time.monotonic())

            async def send_timed(message):
                if message["type"] == "http.response.start":
                    seconds = round(time.monotonic() - started.get(), 2)
                    header = (b"x-process-time", str(seconds).encode())
                    message["headers"] = [*message["headers"], header]
                await send(message)

            await inner(scope, receive, send_timed)

        return timed

    app.build_middleware_stack = build_timed
