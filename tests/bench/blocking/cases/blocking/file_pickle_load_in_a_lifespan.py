"""A lifespan that loads a cache for each of its workers with `pickle.load`."""

import pickle
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from tests.bench.blocking import props

FAMILY = "file"
CALL = "file.read"
PLACE = "lifespan"


def prepared() -> Path:
    path = props.folder() / "cache.pickle"
    path.write_bytes(pickle.dumps([bytes([n]) * 1024**2 for n in range(48)]))
    return path


CACHE = prepared()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    pages: list[Any] = []
    for _ in range(14):
        with CACHE.open("rb") as file:
            pages = pickle.load(file)  # <-
    app.state.pages = pages
    yield


app = FastAPI(lifespan=lifespan)


async def main() -> None:
    async with app.router.lifespan_context(app):
        assert len(app.state.pages) == 48
