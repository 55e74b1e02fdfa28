"""Remembers in a global that it is installed, and leaves a second app alone.

Fails: test_every_response_carries_it
"""

import time

from fastapi import FastAPI

installed = False


def install(app: FastAPI) -> None:
    global installed
    if installed:
        return
    installed = True

    @app.middleware("http")
    async def tell_the_time(request, call_next):
        started = time.perf_counter()
        response = await call_next(request)
        response.headers["X-Process-Time"] = str(time.perf_counter() - started)
        return response
