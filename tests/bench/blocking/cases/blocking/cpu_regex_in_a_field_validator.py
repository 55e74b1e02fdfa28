"""A pattern that backtracks for ever, in a field validator."""

import re

from pydantic import BaseModel, ValidationError, field_validator

FAMILY = "cpu"
CALL = "looks_like_names"
PLACE = "validator"

NAMES = re.compile(r"(\w+\s?)+$")


class Guests(BaseModel):
    names: str

    @field_validator("names")
    @classmethod
    def looks_like_names(cls, value: str) -> str:
        if not NAMES.match(value):  # <-
            raise ValueError("that is no list of names")
        return value


async def main() -> None:
    try:
        Guests(names="a" * 23 + "!")
    except ValidationError:
        return
    raise AssertionError
