"""An exception handler that reports by XML-RPC."""

import xmlrpc.client

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from tests.bench.blocking import props

FAMILY = "http"
CALL = "xmlrpc.client.Transport.request"
PLACE = "exception handler"

app = FastAPI()
tracker = xmlrpc.client.ServerProxy(props.url())


@app.exception_handler(ZeroDivisionError)
async def report(request: Request, error: ZeroDivisionError) -> JSONResponse:
    try:
        tracker.issues.add(str(error))  # <-
    except Exception:
        return JSONResponse({"reported": False}, status_code=500)
    return JSONResponse({"reported": True}, status_code=500)


@app.get("/ratio")
async def ratio() -> float:
    return 1 / 0


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/ratio")).json() == {"reported": False}
