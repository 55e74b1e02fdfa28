"""A route that gives back a huge list: the framework encodes it."""

from fastapi import FastAPI

from tests.bench.blocking import props

FAMILY = "cpu"
CALL = "everything"
PLACE = "route"

app = FastAPI()
everything_there_is = [{"id": number, "tags": ["a", "b"]} for number in range(25_000)]


@app.get("/items")  # <-
async def everything():
    return everything_there_is


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/items")).status_code == 200
