"""A finalizer that logs out, when the session goes."""

import urllib.request
import weakref

from tests.bench.blocking import props

FAMILY = "http"
CALL = "urllib.request.urlopen"
PLACE = "finalizer"

gone: list[str] = []


def log_out(name: str) -> None:
    urllib.request.urlopen(f"{props.url()}logout/{name}").close()  # <-
    gone.append(name)


class Session:
    def __init__(self, name: str) -> None:
        weakref.finalize(self, log_out, name)


async def main() -> None:
    session = Session("anna")
    del session
    assert gone == ["anna"]
