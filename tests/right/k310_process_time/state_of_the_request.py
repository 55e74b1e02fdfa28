"""A `BaseHTTPMiddleware`, nanoseconds, and the start in the request's own state."""

import time

from fastapi import FastAPI
from starlette.middleware.base import BaseHTTPMiddleware


class Stopwatch(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        request.state.started = time.monotonic_ns()
        response = await call_next(request)
        took = time.monotonic_ns() - request.state.started
        response.headers["X-Process-Time"] = str(took / 1_000_000_000)
        return response


def install(app: FastAPI) -> None:
    app.add_middleware(Stopwatch)
