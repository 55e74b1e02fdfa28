"""Makes a new response of the body, and forgets what else a response has.

Fails: test_the_rest_stays_as_it_was
"""

import time

from fastapi import FastAPI, Response


def install(app: FastAPI) -> None:
    @app.middleware("http")
    async def tell_the_time(request, call_next):
        started = time.perf_counter()
        response = await call_next(request)
        body = b"".join([chunk async for chunk in response.body_iterator])
        headers = {"X-Process-Time": str(time.perf_counter() - started)}
        return Response(body, headers=headers, media_type="application/json")
