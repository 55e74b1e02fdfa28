"""`time.sleep` in an `async def` route."""

import time

from fastapi import FastAPI

from tests.bench.blocking import props

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "route"

app = FastAPI()


@app.get("/slow")
async def slow() -> dict[str, str]:
    time.sleep(0.15)  # <-
    return {"status": "done"}


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/slow")).json() == {"status": "done"}
