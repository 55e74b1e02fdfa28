"""A dependency that reads models from the disk, for each request, with `Path.read_bytes`."""

from typing import Annotated

from fastapi import Depends, FastAPI

from tests.bench.blocking import props

FAMILY = "file"
CALL = "pathlib.Path.read_bytes"
PLACE = "dependency"

app = FastAPI()
LAYERS = range(14)


async def weights() -> int:
    size = 0
    for _ in LAYERS:
        size += len(props.big_file().read_bytes())  # <-
    return size


@app.get("/predict")
async def predict(size: Annotated[int, Depends(weights)]) -> int:
    return size


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/predict")).json() == 14 * props.BIG
