"""Reports each time to a slow metrics server, and blocks the loop meanwhile.

Fails: test_no_request_waits_for_another
"""

import time

from fastapi import FastAPI


def report(seconds: float) -> None:
    time.sleep(0.02)  # the way to the server and back
    print(f"{seconds:.3f}")


def install(app: FastAPI) -> None:
    @app.middleware("http")
    async def tell_the_time(request, call_next):
        started = time.perf_counter()
        response = await call_next(request)
        took = time.perf_counter() - started
        report(took)
        response.headers["X-Process-Time"] = str(took)
        return response
