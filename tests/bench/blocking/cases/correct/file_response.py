"""A `FileResponse`."""

from fastapi import FastAPI
from fastapi.responses import FileResponse

from tests.bench.blocking import props

app = FastAPI()


@app.get("/")
async def root() -> FileResponse:
    return FileResponse(props.small_file(), media_type="text/plain")


async def main() -> None:
    async with props.client(app) as client:
        assert len((await client.get("/")).content) == 100
