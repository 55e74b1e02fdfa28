"""Validators, serializers and properties that only compute a little."""

import asyncio

from pydantic import BaseModel, computed_field, field_serializer, field_validator


class Person(BaseModel):
    name: str
    cents: int

    @field_validator("name")
    @classmethod
    def tidy(cls, name: str) -> str:
        return name.strip().title()

    @field_serializer("cents")
    def money(self, cents: int) -> str:
        return f"{cents / 100:.2f}"

    @computed_field
    @property
    def initial(self) -> str:
        return self.name[0]


async def main() -> None:
    for number in range(50):
        person = Person(name=" ann ", cents=number)
        assert person.model_dump()["initial"] == "A"
        await asyncio.sleep(0)
