"""An app of thirty routes built in a coroutine."""

from fastapi import FastAPI
from pydantic import BaseModel

from tests.bench.blocking import props


async def main() -> None:
    app = FastAPI()
    for number in range(30):

        class Item(BaseModel):
            name: str
            size: int = 0

        @app.get(f"/{number}")
        async def items() -> list[Item]:
            return []

    async with props.client(app) as client:
        assert (await client.get("/29")).json() == []
