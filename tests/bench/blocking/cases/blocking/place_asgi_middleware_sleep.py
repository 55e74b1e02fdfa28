"""An ASGI middleware that slows its clients down with the wrong sleep."""

import time

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.bench.blocking import props

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "asgi middleware"


class Throttle:
    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self.app = app
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            time.sleep(self.seconds)  # <-
        await self.app(scope, receive, send)


app = FastAPI()
app.add_middleware(Throttle, seconds=0.15)


@app.get("/")
async def root() -> str:
    return "hello"


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/")).status_code == 200
