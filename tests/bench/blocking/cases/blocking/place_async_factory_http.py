"""An async factory, in place of `__init__`, that fetches its settings."""

from typing import Self

import httpx

from tests.bench.blocking import props

FAMILY = "http"
CALL = "httpx.get"
PLACE = "factory"


class Service:
    def __init__(self, settings: str) -> None:
        self.settings = settings

    @classmethod
    async def create(cls, address: str) -> Self:
        return cls(httpx.get(address).text)  # <-


async def main() -> None:
    assert (await Service.create(props.url())).settings == "x"
