"""`Event.wait` in a middleware that waits until the service is ready."""

import threading

from fastapi import FastAPI, Request, Response
from starlette.middleware.base import RequestResponseEndpoint

from tests.bench.blocking import props

FAMILY = "lock"
CALL = "threading.Event.wait"
PLACE = "http middleware"

app = FastAPI()
ready = threading.Event()


@app.middleware("http")
async def wait_until_ready(request: Request, call_next: RequestResponseEndpoint) -> Response:
    if not ready.wait(0.2):  # <-
        return Response(status_code=503)
    return await call_next(request)


@app.get("/")
async def root() -> str:
    return "ready"


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/")).status_code == 503
