"""A partial of an async function as a route."""

import functools
import urllib.request

from fastapi import FastAPI

from tests.bench.blocking import props

FAMILY = "http"
CALL = "urllib.request.urlopen"
PLACE = "partial"

app = FastAPI()


async def proxy(target: str) -> int:
    return int(urllib.request.urlopen(target).status)  # <-


app.add_api_route("/status", functools.partial(proxy, target=props.url()))


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/status")).json() == 200
