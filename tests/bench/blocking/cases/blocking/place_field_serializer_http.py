"""A field serializer that asks another service, in the answer of a route."""

import urllib.request

from fastapi import FastAPI
from pydantic import BaseModel, field_serializer

from tests.bench.blocking import props

FAMILY = "http"
CALL = "urllib.request.urlopen"
PLACE = "serializer"

app = FastAPI()


class Picture(BaseModel):
    name: str

    @field_serializer("name")
    def link(self, value: str) -> str:
        status = urllib.request.urlopen(f"{props.url()}sign/{value}").status  # <-
        return f"{value}?signed={status}"


@app.get("/picture")
async def picture() -> Picture:
    return Picture(name="cat.jpg")


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/picture")).json() == {"name": "cat.jpg?signed=200"}
