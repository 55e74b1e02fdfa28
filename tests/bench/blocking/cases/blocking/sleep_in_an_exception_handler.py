"""An exception handler that backs off before it answers."""

import time

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from tests.bench.blocking import props

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "exception handler"

app = FastAPI()


class OverloadedError(Exception):
    pass


@app.exception_handler(OverloadedError)
async def overloaded(request: Request, error: OverloadedError) -> JSONResponse:
    time.sleep(0.15)  # <-
    return JSONResponse({"detail": "try again"}, status_code=503)


@app.get("/")
async def root() -> None:
    raise OverloadedError


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/")).status_code == 503
