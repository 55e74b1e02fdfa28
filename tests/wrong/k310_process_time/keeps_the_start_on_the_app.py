"""Keeps one start time for all requests, which each new request overwrites.

Fails: test_each_request_has_its_own_time
"""

import time

from fastapi import FastAPI


def install(app: FastAPI) -> None:
    @app.middleware("http")
    async def tell_the_time(request, call_next):
        request.app.state.started = time.perf_counter()
        response = await call_next(request)
        took = time.perf_counter() - request.app.state.started
        response.headers["X-Process-Time"] = str(took)
        return response
