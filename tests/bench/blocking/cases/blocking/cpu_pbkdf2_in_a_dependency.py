"""A password is checked with PBKDF2, in a dependency."""

import hashlib
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException

from tests.bench.blocking import props

FAMILY = "cpu"
CALL = "signed_in"
PLACE = "dependency"

app = FastAPI()


async def signed_in(password: Annotated[str, Header()]) -> str:
    key = hashlib.pbkdf2_hmac("sha256", password.encode(), b"a pinch of salt", 700_000)  # <-
    if key == b"":
        raise HTTPException(401)
    return "anna"


@app.get("/me")
async def me(name: Annotated[str, Depends(signed_in)]) -> str:
    return name


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/me", headers={"password": "secret"})).json() == "anna"
