"""Takes everything an app is called for to be an HTTP request: the lifespan has no method.

Fails: test_websockets_and_lifespan_go_on
"""

import time

from fastapi import FastAPI


class ProcessTime:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        started = time.perf_counter()
        what = f"{scope['method']} {scope['path']}"

        async def timed_send(message):
            if message["type"] == "http.response.start":
                took = time.perf_counter() - started
                print(what, took)
                header = (b"x-process-time", str(took).encode())
                message["headers"] = [*message["headers"], header]
            await send(message)

        await self.app(scope, receive, timed_send)


def install(app: FastAPI) -> None:
    app.add_middleware(ProcessTime)
