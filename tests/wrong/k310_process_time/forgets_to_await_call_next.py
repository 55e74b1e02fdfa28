"""MW1: without `await`, `call_next` gives a coroutine, which has no headers."""

import time

from fastapi import FastAPI


def install(app: FastAPI) -> None:
    @app.middleware("http")
    async def tell_the_time(request, call_next):
        started = time.perf_counter()
        response = call_next(request)
        response.headers["X-Process-Time"] = str(time.perf_counter() - started)
        return response
