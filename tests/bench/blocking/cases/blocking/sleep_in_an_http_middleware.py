"""An HTTP middleware that throttles with `time.sleep`."""

import time

from fastapi import FastAPI, Request, Response
from starlette.middleware.base import RequestResponseEndpoint

from tests.bench.blocking import props

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "http middleware"

app = FastAPI()


@app.middleware("http")
async def throttle(request: Request, call_next: RequestResponseEndpoint) -> Response:
    time.sleep(0.15)  # <-
    return await call_next(request)


@app.get("/")
async def root() -> str:
    return "ok"


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/")).status_code == 200
