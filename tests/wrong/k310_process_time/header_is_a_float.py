"""Sets the header to a float, which has no `encode`: every request ends in a 500.

Fails: test_every_response_carries_it
Also fails: test_it_tells_the_seconds, test_the_wall_clock_does_not_matter,
test_each_request_has_its_own_time, test_no_request_waits_for_another,
test_the_rest_stays_as_it_was, test_the_body_reaches_the_route,
test_websockets_and_lifespan_go_on
"""

import time

from fastapi import FastAPI


def install(app: FastAPI) -> None:
    @app.middleware("http")
    async def tell_the_time(request, call_next):
        started = time.perf_counter()
        response = await call_next(request)
        response.headers["X-Process-Time"] = time.perf_counter() - started
        return response
