"""Exception handlers: an asynchronous one, and a `def` that sleeps in its thread."""

import asyncio
import time

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse

from tests.bench.blocking import props

app = FastAPI()


class Busy(Exception):
    pass


class Broken(Exception):
    pass


@app.exception_handler(Busy)
async def busy(_: Request, __: Busy) -> JSONResponse:
    await asyncio.sleep(0.05)
    return JSONResponse({}, 503)


@app.exception_handler(Broken)
def broken(_: Request, __: Broken) -> JSONResponse:
    time.sleep(0.1)
    return JSONResponse({}, 502)


@app.get("/{kind}")
async def root(kind: str) -> None:
    raise {"busy": Busy, "broken": Broken}.get(kind, HTTPException(404))


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/busy")).status_code == 503
        assert (await client.get("/broken")).status_code == 502
        assert (await client.get("/none")).status_code == 404
