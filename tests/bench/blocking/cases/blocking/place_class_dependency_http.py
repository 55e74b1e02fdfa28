"""The `__call__` of a class dependency asks another service."""

import urllib.request
from typing import Annotated

from fastapi import Depends, FastAPI

from tests.bench.blocking import props

FAMILY = "http"
CALL = "urllib.request.urlopen"
PLACE = "class dependency"


class Feature:
    def __init__(self, name: str) -> None:
        self.name = name

    async def __call__(self) -> bool:
        answer = urllib.request.urlopen(f"{props.url()}{self.name}")  # <-
        return bool(answer.status == 200)


app = FastAPI()


@app.get("/")
async def root(dark: Annotated[bool, Depends(Feature("dark-mode"))]) -> bool:
    return dark


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/")).json()
