"""A property that asks another service."""

import httpx

from tests.bench.blocking import props

FAMILY = "http"
CALL = "httpx.get"
PLACE = "property"


class Customer:
    def __init__(self, number: int) -> None:
        self.number = number

    @property
    def rating(self) -> int:
        return len(httpx.get(f"{props.url()}ratings/{self.number}").text)  # <-


async def main() -> None:
    assert Customer(12).rating == 1
