"""Waits for the end of the response to know how long it took, and so nothing is sent before.

Fails: test_the_rest_stays_as_it_was
Also fails: test_it_tells_the_seconds
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
        started, held = time.perf_counter(), []

        async def hold(message):
            held.append(message)

        await self.app(scope, receive, hold)
        took = str(time.perf_counter() - started).encode()
        held[0]["headers"] = [*held[0]["headers"], (b"x-process-time", took)]
        for message in held:
            await send(message)


def install(app: FastAPI) -> None:
    app.add_middleware(ProcessTime)
