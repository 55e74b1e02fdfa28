"""A route that spools pages into a `tempfile.TemporaryFile`."""

import tempfile

from fastapi import FastAPI

from tests.bench.blocking import props

FAMILY = "file"
CALL = "file.write"
PLACE = "route"

app = FastAPI()
page = bytes(8 * 1024**2)


@app.post("/scan")
async def scan(pages: int) -> int:
    with tempfile.TemporaryFile(dir=props.folder()) as spool:
        for _ in range(pages):
            spool.seek(0)
            spool.write(page)  # <-
        return spool.tell()


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.post("/scan?pages=280")).json() == len(page)
