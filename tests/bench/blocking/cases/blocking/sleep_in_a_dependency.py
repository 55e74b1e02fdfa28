"""An asynchronous dependency that slows down guessers with `time.sleep`."""

import time
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException

from tests.bench.blocking import props

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "dependency"

app = FastAPI()


async def user(token: Annotated[str, Header()]) -> str:
    if token != "secret":
        time.sleep(0.15)  # <-
        raise HTTPException(401)
    return "ann"


@app.get("/me")
async def me(name: Annotated[str, Depends(user)]) -> str:
    return name


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/me", headers={"token": "guess"})).status_code == 401
