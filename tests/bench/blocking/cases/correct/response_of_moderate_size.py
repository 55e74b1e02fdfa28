"""A response of two hundred items."""

import asyncio

from fastapi import FastAPI
from pydantic import BaseModel

from tests.bench.blocking import props


class Item(BaseModel):
    id: int
    name: str
    tags: list[str]


app = FastAPI()
ITEMS = [Item(id=n, name=f"item {n}", tags=["new", "cheap"]) for n in range(200)]


@app.get("/")
async def root() -> list[Item]:
    return ITEMS


async def main() -> None:
    async with props.client(app) as client:
        for _ in range(5):
            assert len((await client.get("/")).json()) == 200
            await asyncio.sleep(0)
