"""Static files, found and missing."""

import mimetypes

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from tests.bench.blocking import props

mimetypes.init()
app = FastAPI()
app.mount("/static", StaticFiles(directory=props.tree()))


async def main() -> None:
    async with props.client(app) as client:
        assert len((await client.get("/static/3/4.txt")).content) == 100
        assert (await client.get("/static/none.txt")).status_code == 404
