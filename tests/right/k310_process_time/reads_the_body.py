"""Looks at the body on its way, to log its size: Starlette keeps it for the route."""

import sys
import time

from fastapi import FastAPI, Request


def install(app: FastAPI) -> None:
    @app.middleware("http")
    async def stopwatch(request: Request, call_next):
        started = time.perf_counter()
        body = await request.body()
        response = await call_next(request)
        print(request.method, request.url.path, len(body), file=sys.stderr)
        response.headers["X-Process-Time"] = f"{time.perf_counter() - started:.3f}"
        return response
