"""A cancelled task tells another service before it goes."""

import asyncio
import urllib.request

from tests.bench.blocking import props

FAMILY = "http"
CALL = "urllib.request.urlopen"
PLACE = "cancellation handler"

told: list[int] = []


async def upload() -> None:
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        told.append(urllib.request.urlopen(f"{props.url()}aborted").status)  # <-
        raise


async def main() -> None:
    task = asyncio.create_task(upload())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert told == [200]
