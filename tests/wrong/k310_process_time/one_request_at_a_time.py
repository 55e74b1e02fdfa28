"""Keeps requests from mixing up by letting in only one of them at a time.

Fails: test_no_request_waits_for_another
"""

import asyncio
import time

from fastapi import FastAPI


def install(app: FastAPI) -> None:
    lock = asyncio.Lock()

    @app.middleware("http")
    async def tell_the_time(request, call_next):
        async with lock:
            started = time.perf_counter()
            response = await call_next(request)
            response.headers["X-Process-Time"] = str(time.perf_counter() - started)
        return response
