"""Reports milliseconds where seconds were asked for.

Fails: test_it_tells_the_seconds
"""

import time

from fastapi import FastAPI


def install(app: FastAPI) -> None:
    @app.middleware("http")
    async def tell_the_time(request, call_next):
        started = time.perf_counter()
        response = await call_next(request)
        response.headers["X-Process-Time"] = f"{(time.perf_counter() - started) * 1000:.1f}"
        return response
