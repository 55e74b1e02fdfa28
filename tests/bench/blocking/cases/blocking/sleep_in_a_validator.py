"""A validator that asks a slow rule book."""

import time

from pydantic import BaseModel, field_validator

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "validator"


class Order(BaseModel):
    coupon: str

    @field_validator("coupon")
    @classmethod
    def known(cls, value: str) -> str:
        time.sleep(0.15)  # <-
        return value.upper()


async def main() -> None:
    assert Order(coupon="spring").coupon == "SPRING"
