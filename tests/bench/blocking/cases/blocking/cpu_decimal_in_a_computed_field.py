"""Decimals with thousands of digits, in a computed field."""

from decimal import Decimal, localcontext

from pydantic import BaseModel, computed_field

FAMILY = "cpu"
CALL = "growth"
PLACE = "serializer"


class Loan(BaseModel):
    rate: Decimal

    @computed_field
    @property
    def growth(self) -> str:
        with localcontext(prec=3_400):
            return str((1 + self.rate).ln())[:12]  # <-


async def main() -> None:
    assert Loan(rate=Decimal("0.05")).model_dump()["growth"].startswith("0.0487")
