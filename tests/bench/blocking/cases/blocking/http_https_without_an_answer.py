"""`urlopen` of an `https` address whose server does not speak TLS."""

import asyncio
import ssl
import urllib.error
import urllib.request

from tests.bench.blocking import props

FAMILY = "http"
CALL = "urllib.request.urlopen"
PLACE = "call_soon"

context = ssl.create_default_context()


def warm_up(finished: asyncio.Event) -> None:
    try:
        urllib.request.urlopen(f"https://127.0.0.1:{props.port()}/", context=context)  # <-
    except urllib.error.URLError:
        finished.set()


async def main() -> None:
    finished = asyncio.Event()
    asyncio.get_running_loop().call_soon(warm_up, finished)
    await asyncio.wait_for(finished.wait(), 5)
