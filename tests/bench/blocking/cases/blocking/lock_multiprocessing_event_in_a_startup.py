"""An event between processes that does not come, when the application starts."""

import multiprocessing
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

FAMILY = "lock"
CALL = "worker_ready.wait"
PLACE = "lifespan"

worker_ready = multiprocessing.get_context("fork").Event()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.worker = worker_ready.wait(0.2)  # <-
    yield


app = FastAPI(lifespan=lifespan)


async def main() -> None:
    async with app.router.lifespan_context(app):
        assert not app.state.worker
