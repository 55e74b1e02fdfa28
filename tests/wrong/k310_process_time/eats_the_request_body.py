"""Takes the body from `receive` to look at it; the route waits for it in vain.

Fails: test_the_body_reaches_the_route
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
        started = time.perf_counter()
        if scope["method"] == "POST":
            message = await receive()
            print(scope["path"], len(message["body"]), "bytes")

        async def timed_send(message):
            if message["type"] == "http.response.start":
                took = str(time.perf_counter() - started).encode()
                message["headers"] = [*message["headers"], (b"x-process-time", took)]
            await send(message)

        await self.app(scope, receive, timed_send)


def install(app: FastAPI) -> None:
    app.add_middleware(ProcessTime)
