"""`perf_counter` only ever goes forward; the wall clock is set by people and by servers.

The start is a local variable, so that each request has its own, and a header
is text: `call_next` is awaited, and what it returns gets one header more.
"""

import time
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response


def install(app: FastAPI) -> None:
    @app.middleware("http")
    async def tell_the_time(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        started = time.perf_counter()
        response = await call_next(request)
        response.headers["X-Process-Time"] = f"{time.perf_counter() - started:.6f}"
        return response
