"""A middleware runs a program for every request."""

import subprocess

from fastapi import FastAPI, Request, Response
from starlette.middleware.base import RequestResponseEndpoint

from tests.bench.blocking import props

FAMILY = "subprocess"
CALL = "subprocess.run"
PLACE = "http middleware"

app = FastAPI()


@app.middleware("http")
async def version(request: Request, call_next: RequestResponseEndpoint) -> Response:
    response = await call_next(request)
    done = subprocess.run(["sh", "-c", "sleep 0.2; echo 1.7"], capture_output=True)  # <-
    response.headers["x-version"] = done.stdout.decode().strip()
    return response


@app.get("/")
async def root() -> str:
    return "hello"


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/")).headers["x-version"] == "1.7"
