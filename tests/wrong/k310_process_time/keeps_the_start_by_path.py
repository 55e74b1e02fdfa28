"""MW13: a start for each path; two requests for the same thing overlap as well."""

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
