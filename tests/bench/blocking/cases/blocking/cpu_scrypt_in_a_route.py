"""A new password is hashed with scrypt, in a route."""

import hashlib
import os

from fastapi import FastAPI

from tests.bench.blocking import props

FAMILY = "cpu"
CALL = "change_password"
PLACE = "route"

app = FastAPI()


@app.post("/password")
async def change_password(new: str) -> str:
    salt = os.urandom(16)
    key = hashlib.scrypt(new.encode(), salt=salt, n=2**17, r=8, p=1, maxmem=2**28)  # <-
    return key.hex()


async def main() -> None:
    async with props.client(app) as client:
        assert len((await client.post("/password?new=secret")).json()) == 128
