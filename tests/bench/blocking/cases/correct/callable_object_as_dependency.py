"""An object whose `__call__` blocks, as a dependency: FastAPI gives it a thread."""

import time
from typing import Annotated

from fastapi import Depends, FastAPI

from tests.bench.blocking import props

app = FastAPI()


class Rates:
    def __call__(self, currency: str = "eur") -> float:
        time.sleep(0.1)
        return 1.0


@app.get("/")
async def root(rate: Annotated[float, Depends(Rates())]) -> float:
    return rate


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/")).json() == 1.0
