"""A middleware class asks another service who is calling."""

import httpx
from fastapi import FastAPI
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import Response

from tests.bench.blocking import props

FAMILY = "http"
CALL = "httpx.Client.get"
PLACE = "base http middleware"

accounts = httpx.Client(base_url=props.url())


class Identify(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        request.state.user = accounts.get("/whoami").text  # <-
        return await call_next(request)


app = FastAPI()
app.add_middleware(Identify)


@app.get("/")
async def root(request: Request) -> str:
    return str(request.state.user)


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/")).json() == "x"
