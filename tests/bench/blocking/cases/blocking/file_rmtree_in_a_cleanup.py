"""A dependency with `yield` that removes its folder with `shutil.rmtree`."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI

from tests.bench.blocking import props

FAMILY = "file"
CALL = "shutil.rmtree"
PLACE = "dependency with yield"

app = FastAPI()


def prepared() -> Path:
    path = props.folder() / "scratch"
    path.mkdir()
    for number in range(8_000):
        os.close(os.open(path / str(number), os.O_CREAT))
    return path


scratch = prepared()


async def workspace() -> AsyncIterator[Path]:
    yield scratch
    shutil.rmtree(scratch)  # <-


@app.get("/")
async def root(workspace: Annotated[Path, Depends(workspace)]) -> str:
    return workspace.name


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/")).json() == "scratch"
