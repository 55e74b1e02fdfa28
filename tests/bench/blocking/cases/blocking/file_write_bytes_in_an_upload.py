"""A route that keeps an upload in several places with `Path.write_bytes`."""

from fastapi import FastAPI, Request

from tests.bench.blocking import props

FAMILY = "file"
CALL = "pathlib.Path.write_bytes"
PLACE = "route"

app = FastAPI()
stores = [props.folder() / f"store-{number}" for number in range(128)]


@app.put("/films/{name}")
async def film(name: str, request: Request) -> int:
    body = await request.body()
    for store in stores:
        store.write_bytes(body)  # <-
    return len(body)


async def main() -> None:
    content = bytes(1024**2)
    async with props.client(app) as client:
        assert (await client.put("/films/a.mov", content=content)).json() == len(content)
