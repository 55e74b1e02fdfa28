"""A model validator that asks a service whether an address exists."""

import httpx
from pydantic import BaseModel, model_validator

from tests.bench.blocking import props

FAMILY = "http"
CALL = "httpx.Client.get"
PLACE = "validator"

geocoder = httpx.Client(trust_env=False)


class Address(BaseModel):
    street: str
    city: str

    @model_validator(mode="after")
    def exists(self) -> "Address":
        if geocoder.get(props.url(), params={"q": self.city}).status_code != 200:  # <-
            raise ValueError("no such address")
        return self


async def main() -> None:
    assert Address(street="Long Lane 1", city="York").city == "York"
    geocoder.close()
