"""A `def` route with `def` dependencies, one of them with `yield`."""

import time
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, FastAPI

from tests.bench.blocking import props

app = FastAPI()


def session() -> Iterator[str]:
    time.sleep(0.05)
    yield "session"
    time.sleep(0.05)


def user(session: Annotated[str, Depends(session)]) -> str:
    time.sleep(0.05)
    return f"user of {session}"


@app.get("/")
def root(user: Annotated[str, Depends(user)]) -> str:
    time.sleep(0.05)
    return user


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/")).json() == "user of session"
