"""Places in a model of pydantic, which look like plain attributes to who uses them."""

from typing import Any, Self

from fastapi import FastAPI
from pydantic import BaseModel, computed_field, field_serializer, field_validator, model_validator

from tests.bench.blocking import fixtures


def block() -> None:
    """The slot: a blocker's lines go where it is called."""


# %% field_validator: a field validator, in the body of a request
# place: validator
class Order(BaseModel):
    coupon: str

    @field_validator("coupon")
    @classmethod
    def known(cls, value: str) -> str:
        block()
        return value.upper()


app = FastAPI()


@app.post("/")
async def root(order: Order) -> str:
    return order.coupon


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.post("/", json={"coupon": "tea"})).json() == "TEA"


# %% model_validator: a model validator, after the fields
# place: validator
class Transfer(BaseModel):
    amount: float
    checked: bool = False

    @model_validator(mode="after")
    def with_check(self) -> Self:
        block()
        self.checked = True
        return self


async def main() -> None:
    assert Transfer(amount=12).checked


# %% model_validator_before: a model validator, before the fields
# place: validator
class Upload(BaseModel):
    name: str
    size: int

    @model_validator(mode="before")
    @classmethod
    def with_size(cls, data: dict[str, Any]) -> dict[str, Any]:
        block()
        return {**data, "size": 7}


async def main() -> None:
    assert Upload.model_validate({"name": "cat"}).size == 7


# %% field_serializer: a field serializer, in the answer of a route
# place: serializer
class Picture(BaseModel):
    name: str

    @field_serializer("name")
    def link(self, value: str) -> str:
        block()
        return f"/pictures/{value}"


app = FastAPI()


@app.get("/")
async def root() -> Picture:
    return Picture(name="cat.jpg")


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/")).json() == {"name": "/pictures/cat.jpg"}


# %% computed_field: a computed field
# place: serializer
class Room(BaseModel):
    width: float

    @computed_field
    @property
    def area(self) -> float:
        block()
        return self.width**2


async def main() -> None:
    assert Room(width=4).model_dump()["area"] == 16
