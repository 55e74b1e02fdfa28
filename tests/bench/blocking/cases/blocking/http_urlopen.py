"""`urllib.request.urlopen` in a coroutine."""

import urllib.request

from tests.bench.blocking import props

FAMILY = "http"
CALL = "urllib.request.urlopen"
PLACE = "coroutine"


async def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:  # <-
        return bytes(answer.read())


async def main() -> None:
    assert await fetch(props.url()) == b"x"
