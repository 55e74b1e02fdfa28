"""A route class that makes failures slow, to discourage guessing."""

import time
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.routing import APIRoute

from tests.bench.blocking import props

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "route class"


class SlowFailures(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def slowly(request: Request) -> Response:
            try:
                return await handle(request)
            except HTTPException:
                time.sleep(0.15)  # <-
                raise

        return slowly


app = FastAPI()
app.router.route_class = SlowFailures


@app.get("/secret")
async def secret() -> str:
    raise HTTPException(403)


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/secret")).status_code == 403
