"""The result of a pool's future, asked for in a route."""

import time
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI

from tests.bench.blocking import props

FAMILY = "lock"
CALL = "concurrent.futures.Future.result"
PLACE = "route"

app = FastAPI()
pool = ThreadPoolExecutor(2)


def price(item: str) -> float:
    time.sleep(0.3)
    return len(item) * 1.5


@app.get("/price/{item}")
async def quote(item: str) -> float:
    future = pool.submit(price, item)
    return future.result()  # <-


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/price/tea")).json() == 4.5
    pool.shutdown(wait=False)
