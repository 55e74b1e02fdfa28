"""A future's callback tells another service."""

import asyncio
import urllib.request

from tests.bench.blocking import props

FAMILY = "http"
CALL = "urllib.request.urlopen"
PLACE = "done callback"

told: list[int] = []


def tell(_: asyncio.Future[str]) -> None:
    told.append(urllib.request.urlopen(props.url()).status)  # <-


async def main() -> None:
    upload: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    upload.add_done_callback(tell)
    upload.set_result("cat.jpg")
    await asyncio.sleep(0)
    assert told == [200]
