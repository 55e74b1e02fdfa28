"""A route that makes a copy of a template project with `shutil.copytree`."""

import shutil

from fastapi import FastAPI

from tests.bench.blocking import props

FAMILY = "file"
CALL = "shutil.copytree"
PLACE = "route"

app = FastAPI()


@app.post("/projects/{name}")
async def project(name: str) -> str:
    target = props.folder() / name
    shutil.copytree(props.tree(), target, ignore=shutil.ignore_patterns("3*"))  # <-
    return target.name


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.post("/projects/mine")).json() == "mine"
