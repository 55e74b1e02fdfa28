"""An exception handler that works out a long list of suggestions."""

import itertools

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from tests.bench.blocking import props

FAMILY = "cpu"
CALL = "suggestions"
PLACE = "exception handler"


class UnknownCodeError(Exception):
    pass


app = FastAPI()


@app.exception_handler(UnknownCodeError)
async def suggestions(_: Request, error: UnknownCodeError) -> JSONResponse:
    codes = sorted(map("".join, itertools.permutations("abcdefghij", 8)), key=str.swapcase)  # <-
    return JSONResponse({"did you mean": codes[:3]}, 404)


@app.get("/codes/{code}")
async def look_up(code: str) -> str:
    raise UnknownCodeError(code)


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/codes/zzz")).status_code == 404
