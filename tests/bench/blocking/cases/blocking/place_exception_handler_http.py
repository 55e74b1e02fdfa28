"""An exception handler that reports to another service."""

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from tests.bench.blocking import props

FAMILY = "http"
CALL = "httpx.post"
PLACE = "exception handler"


class SoldOutError(Exception):
    pass


app = FastAPI()


@app.exception_handler(SoldOutError)
async def report(_: Request, error: SoldOutError) -> JSONResponse:
    httpx.post(props.url(), json={"error": str(error)})  # <-
    return JSONResponse({"error": "sold out"}, 409)


@app.get("/tickets")
async def tickets() -> str:
    raise SoldOutError("row 12")


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/tickets")).status_code == 409
