"""A route that reads big files with `open(...).read()`."""

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from tests.bench.blocking import props

FAMILY = "file"
CALL = "file.read"
PLACE = "route"

app = FastAPI()


@app.get("/size")
async def size(copies: int) -> PlainTextResponse:
    total = 0
    for _ in range(copies):
        with open(props.big_file(), "rb") as file:
            total += len(file.read())  # <-
    return PlainTextResponse(str(total))


async def main() -> None:
    async with props.client(app) as client:
        assert int((await client.get("/size?copies=8")).text) == 8 * props.BIG
