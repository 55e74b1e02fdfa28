"""Measures with `time.time()`, the date, which can be set back while a request is under way.

Fails: test_the_wall_clock_does_not_matter
"""

import time

from fastapi import FastAPI


def install(app: FastAPI) -> None:
    @app.middleware("http")
    async def tell_the_time(request, call_next):
        started = time.time()
        response = await call_next(request)
        response.headers["X-Process-Time"] = str(time.time() - started)
        return response
