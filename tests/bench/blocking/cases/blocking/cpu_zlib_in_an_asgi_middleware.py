"""An ASGI middleware that compresses big answers as hard as it can."""

import zlib

from fastapi import FastAPI, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.bench.blocking import props

FAMILY = "cpu"
CALL = "squeezed"
PLACE = "asgi middleware"

report = b"".join(b"%d orders of tea, " % number for number in range(1_000_000))


class Squeeze:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def squeezed(message: Message) -> None:
            if message["type"] == "http.response.body":
                message["body"] = zlib.compress(message["body"], 9)  # <-
            await send(message)

        await self.app(scope, receive, squeezed)


app = FastAPI()


@app.get("/report")
async def whole_report() -> Response:
    return StreamedReport()


class StreamedReport(Response):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": report})


async def main() -> None:
    async with props.client(Squeeze(app)) as client:
        assert len((await client.get("/report")).content) < len(report) / 4
