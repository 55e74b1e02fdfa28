"""A lifespan that downloads its settings with `urlretrieve`."""

import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from tests.bench.blocking import props

FAMILY = "http"
CALL = "urllib.request.urlretrieve"
PLACE = "lifespan"


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    path = props.folder() / "settings"
    app.state.settings, _ = urllib.request.urlretrieve(props.url(), path)  # <-
    yield


app = FastAPI(lifespan=lifespan)


async def main() -> None:
    async with app.router.lifespan_context(app):
        assert app.state.settings.name == "settings"
