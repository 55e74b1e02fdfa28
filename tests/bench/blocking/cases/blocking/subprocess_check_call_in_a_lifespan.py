"""A lifespan that runs the migrations with `check_call`."""

import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

FAMILY = "subprocess"
CALL = "subprocess.check_call"
PLACE = "lifespan"


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    subprocess.check_call(["sleep", "0.2"])  # <-
    yield


app = FastAPI(lifespan=lifespan)


async def main() -> None:
    async with app.router.lifespan_context(app):
        pass
