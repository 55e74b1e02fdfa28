"""MW5: reports each time to a slow metrics server, and blocks the loop meanwhile."""

import time

from fastapi import FastAPI


def report(path: str, seconds: float) -> None:
    time.sleep(0.02)  # stands for a `requests.post`


def install(app: FastAPI) -> None:
    @app.middleware("http")
    async def tell_the_time(request, call_next):
        started = time.perf_counter()
        response = await call_next(request)
        took = time.perf_counter() - started
        report(request.url.path, took)
        response.headers["X-Process-Time"] = str(took)
        return response
