"""`httpx.get` in a route."""

import httpx
from fastapi import FastAPI

from tests.bench.blocking import props

FAMILY = "http"
CALL = "httpx.get"
PLACE = "route"

app = FastAPI()


@app.get("/weather")
async def weather() -> str:
    return httpx.get(props.url(), trust_env=False).text  # <-


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/weather")).json() == "x"
