"""Requests that fail validation."""

import asyncio

from fastapi import FastAPI
from pydantic import BaseModel, field_validator

from tests.bench.blocking import props


class Order(BaseModel):
    amount: int
    name: str

    @field_validator("amount")
    @classmethod
    def positive(cls, amount: int) -> int:
        if amount <= 0:
            raise ValueError("must be positive")
        return amount


app = FastAPI()


@app.post("/")
async def place(orders: list[Order]) -> int:
    return len(orders)


async def main() -> None:
    async with props.client(app) as client:
        for _ in range(5):
            body = [{"amount": -1}] * 5
            assert (await client.post("/", json=body)).status_code == 422
            await asyncio.sleep(0)
