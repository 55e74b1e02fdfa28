"""A field validator that asks another service, in a request body."""

import httpx
from fastapi import FastAPI
from pydantic import BaseModel, field_validator

from tests.bench.blocking import props

FAMILY = "http"
CALL = "httpx.get"
PLACE = "validator"

app = FastAPI()


class Order(BaseModel):
    voucher: str

    @field_validator("voucher")
    @classmethod
    def known(cls, value: str) -> str:
        if httpx.get(f"{props.url()}vouchers/{value}").status_code != 200:  # <-
            raise ValueError("no such voucher")
        return value


@app.post("/orders")
async def place_order(order: Order) -> str:
    return order.voucher


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.post("/orders", json={"voucher": "TEA"})).json() == "TEA"
