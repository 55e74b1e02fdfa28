"""A dependency that checks a token with `httpx.Client.post`."""

from typing import Annotated

import httpx
from fastapi import Depends, FastAPI

from tests.bench.blocking import props

FAMILY = "http"
CALL = "httpx.Client.post"
PLACE = "dependency"

app = FastAPI()
auth = httpx.Client(trust_env=False)


async def user() -> str:
    answer = auth.post(props.url(), json={"token": "secret"})  # <-
    return answer.text


@app.get("/me")
async def me(name: Annotated[str, Depends(user)]) -> str:
    return name


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/me")).json() == "x"
    auth.close()
