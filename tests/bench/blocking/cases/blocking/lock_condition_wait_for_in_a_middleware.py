"""`Condition.wait_for` in a middleware, until a thread has loaded the rates."""

import threading
import time

from fastapi import FastAPI
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import Response

from tests.bench.blocking import props

FAMILY = "lock"
CALL = "threading.Condition.wait"
PLACE = "base http middleware"

rates: dict[str, float] = {}
loaded = threading.Condition()


def load() -> None:
    time.sleep(0.3)
    with loaded:
        rates["USD"] = 1.08
        loaded.notify_all()


class NeedsRates(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        threading.Thread(target=load, daemon=True).start()
        with loaded:
            loaded.wait_for(lambda: "USD" in rates)  # <-
        return await call_next(request)


app = FastAPI()
app.add_middleware(NeedsRates)


@app.get("/usd")
async def usd() -> float:
    return rates["USD"]


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/usd")).json() == 1.08
