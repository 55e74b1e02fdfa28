"""A short one: a middleware that looks up the name of each client's address."""

import contextlib
import socket

from fastapi import FastAPI, Request, Response
from starlette.middleware.base import RequestResponseEndpoint

from tests.bench.blocking import props

FAMILY = "dns"
CALL = "socket.gethostbyaddr"
PLACE = "http middleware"

app = FastAPI()


@app.middleware("http")
async def name_of_client(request: Request, call_next: RequestResponseEndpoint) -> Response:
    address = request.headers["x-forwarded-for"]
    with contextlib.suppress(OSError):
        socket.gethostbyaddr(address)  # <-
    return await call_next(request)


@app.get("/")
async def root() -> str:
    return "hello"


async def main() -> None:
    async with props.client(app) as client:
        await client.get("/", headers={"x-forwarded-for": "192.0.2.7"})
