"""`OpenerDirector.open`, the other way to say `urlopen`."""

import urllib.request

from tests.bench.blocking import props

FAMILY = "http"
CALL = "urllib.request.OpenerDirector.open"
PLACE = "helper"

opener = urllib.request.build_opener()
opener.addheaders = [("user-agent", "shop")]


def stock(url: str) -> bytes:
    with opener.open(url) as answer:  # <-
        return bytes(answer.read())


async def main() -> None:
    assert stock(props.url()) == b"x"
