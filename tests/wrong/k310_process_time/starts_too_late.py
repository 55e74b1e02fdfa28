"""Starts to measure when the work is done: `await call_next` is where the time goes.

Fails: test_it_tells_the_seconds
Also fails: test_the_wall_clock_does_not_matter, test_each_request_has_its_own_time
"""

import time

from fastapi import FastAPI


def install(app: FastAPI) -> None:
    @app.middleware("http")
    async def tell_the_time(request, call_next):
        response = await call_next(request)
        started = time.perf_counter()
        response.headers["X-Process-Time"] = f"{time.perf_counter() - started:.6f}"
        return response
