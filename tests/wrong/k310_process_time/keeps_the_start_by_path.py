"""Keeps one start time for each path; two requests for the same path overlap as well.

Fails: test_each_request_has_its_own_time
"""

import time

from fastapi import FastAPI


def install(app: FastAPI) -> None:
    started = {}

    @app.middleware("http")
    async def tell_the_time(request, call_next):
        started[request.url.path] = time.perf_counter()
        response = await call_next(request)
        took = time.perf_counter() - started[request.url.path]
        response.headers["X-Process-Time"] = str(took)
        return response
