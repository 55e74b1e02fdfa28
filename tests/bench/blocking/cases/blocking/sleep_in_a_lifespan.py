"""A lifespan that waits for the database to start."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "lifespan"


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.tries = 0
    while app.state.tries < 1:
        time.sleep(0.15)  # <-
        app.state.tries += 1
    yield


app = FastAPI(lifespan=lifespan)


async def main() -> None:
    async with app.router.lifespan_context(app):
        assert app.state.tries == 1
