"""Sets the header on success only: 404 and 422 are responses too.

Fails: test_every_response_carries_it
"""

import time

from fastapi import FastAPI


def install(app: FastAPI) -> None:
    @app.middleware("http")
    async def tell_the_time(request, call_next):
        started = time.perf_counter()
        response = await call_next(request)
        if response.status_code < 400:
            response.headers["X-Process-Time"] = str(time.perf_counter() - started)
        return response
