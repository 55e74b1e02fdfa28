"""A journal is packed with bz2 when the application shuts down."""

import bz2
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

FAMILY = "cpu"
CALL = "lifespan"
PLACE = "lifespan"

journal = b"".join(b"%d: someone looked at the tea\n" % number for number in range(150_000))


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.packed = bz2.compress(journal)  # <-


app = FastAPI(lifespan=lifespan)


async def main() -> None:
    async with app.router.lifespan_context(app):
        pass
    assert len(app.state.packed) < len(journal)
