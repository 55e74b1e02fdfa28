"""Appends to the response's own list of headers: a response that is sent again has it twice.

Fails: test_every_response_carries_it
"""

import time

from fastapi import FastAPI


class ProcessTime:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start = time.perf_counter()

        async def timed_send(message):
            if message["type"] == "http.response.start":
                seconds = f"{time.perf_counter() - start:.4f}"
                message["headers"].append((b"x-process-time", seconds.encode()))
            await send(message)

        await self.app(scope, receive, timed_send)


def install(app: FastAPI) -> None:
    app.add_middleware(ProcessTime)
