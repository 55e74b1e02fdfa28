"""MW2: a header is text; a float has no `encode`, and every request ends in a 500."""

import time

from fastapi import FastAPI


def install(app: FastAPI) -> None:
    @app.middleware("http")
    async def tell_the_time(request, call_next):
        started = time.perf_counter()
        response = await call_next(request)
        response.headers["X-Process-Time"] = time.perf_counter() - started
        return response
