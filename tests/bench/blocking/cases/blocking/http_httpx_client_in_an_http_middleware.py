"""A middleware that reports each request with a synchronous `httpx.Client`."""

import httpx
from fastapi import FastAPI, Request, Response
from starlette.middleware.base import RequestResponseEndpoint

from tests.bench.blocking import props

FAMILY = "http"
CALL = "httpx.Client.put"
PLACE = "http middleware"

app = FastAPI()
metrics = httpx.Client(trust_env=False)


@app.middleware("http")
async def report(request: Request, call_next: RequestResponseEndpoint) -> Response:
    response = await call_next(request)
    metrics.put(props.url(), json={"path": request.url.path})  # <-
    return response


@app.get("/")
async def root() -> str:
    return "hello"


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/")).json() == "hello"
    metrics.close()
