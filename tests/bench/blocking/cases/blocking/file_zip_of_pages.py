"""Puts pages into archives with `ZipFile.writestr`, in a streamed answer."""

import zipfile
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from tests.bench.blocking import props

FAMILY = "file"
CALL = "file.write"
PLACE = "streaming generator"

app = FastAPI()
page = bytes(32 * 1024**2)


async def archive(volumes: int) -> AsyncIterator[bytes]:
    path = props.folder() / "pages.zip"
    for _ in range(volumes):
        with zipfile.ZipFile(path, "w") as pages:
            pages.writestr("page", page)  # <-
    yield b"%d" % path.stat().st_size
    path.unlink()


@app.get("/archive")
async def root() -> StreamingResponse:
    return StreamingResponse(archive(14))


async def main() -> None:
    async with props.client(app) as client:
        assert int((await client.get("/archive")).text) > len(page)
