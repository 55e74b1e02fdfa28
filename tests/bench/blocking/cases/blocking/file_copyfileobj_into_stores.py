"""A route that saves a body in a store with `shutil.copyfileobj`, once for each of its slots."""

import io
import shutil

from fastapi import FastAPI, Request

from tests.bench.blocking import props

FAMILY = "file"
CALL = "shutil.copyfileobj"
PLACE = "route"

app = FastAPI()


@app.post("/upload")
async def upload(request: Request) -> int:
    body = await request.body()
    with (props.folder() / "upload.bin").open("wb") as output:
        for _ in range(50):
            output.seek(0)
            shutil.copyfileobj(io.BytesIO(body), output)  # <-
    return len(body)


async def main() -> None:
    async with props.client(app) as client:
        answer = await client.post("/upload", content=bytes(12 * 1024**2))
    assert answer.json() == 12 * 1024**2
