"""A dependency that asks `git` for the revision, by `getoutput`."""

import subprocess
from typing import Annotated

from fastapi import Depends, FastAPI

from tests.bench.blocking import props

FAMILY = "subprocess"
CALL = "subprocess.getoutput"
PLACE = "dependency"

app = FastAPI()


async def revision() -> str:
    return subprocess.getoutput("sleep 0.2; echo 4f2a")  # <-


@app.get("/")
async def root(revision: Annotated[str, Depends(revision)]) -> str:
    return revision


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/")).json() == "4f2a"
