"""A route that looks for a name in a list of millions, with `in`."""

from fastapi import FastAPI

from tests.bench.blocking import props

FAMILY = "cpu"
CALL = "taken"
PLACE = "route"
LINE_SINCE = "3.12"

app = FastAPI()
names = [float(number) for number in range(1000)] * 22_000


@app.get("/taken")
async def taken() -> bool:
    return -1.0 in names  # <-


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/taken")).json() is False
