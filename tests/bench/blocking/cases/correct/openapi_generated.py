"""The OpenAPI document of thirty routes, made for the first one who asks."""

from fastapi import FastAPI
from pydantic import BaseModel

from tests.bench.blocking import props


class Item(BaseModel):
    name: str
    tags: list[str] = []


app = FastAPI()
for number in range(30):

    @app.put(f"/items/{number}")
    async def put(item: Item, at: int = 0) -> Item:
        return item


async def main() -> None:
    async with props.client(app) as client:
        assert len((await client.get("/openapi.json")).json()["paths"]) == 30
