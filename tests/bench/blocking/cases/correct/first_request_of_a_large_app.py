"""The first request of an app with thirty routes and nested models."""

from fastapi import FastAPI
from pydantic import BaseModel

from tests.bench.blocking import props


class Price(BaseModel):
    amount: float
    currency: str = "eur"


class Product(BaseModel):
    name: str
    prices: list[Price] = []


class Order(BaseModel):
    products: dict[str, Product]


app = FastAPI()
for number in range(30):

    @app.post(f"/orders/{number}")
    async def place(order: Order) -> list[Order]:
        return [order]


async def main() -> None:
    body = {"products": {"pear": {"name": "pear", "prices": [{"amount": 1}]}}}
    async with props.client(app) as client:
        assert (await client.post("/orders/29", json=body)).status_code == 200
