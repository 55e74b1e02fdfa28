"""A `__str__` that unpacks a long range, called by an f-string."""

import asyncio

FAMILY = "cpu"
CALL = "__str__"
PLACE = "repr"
LINE_SINCE = "3.12"

kept: list[list[int]] = []


class Seats:
    def __str__(self) -> str:
        seats = [*range(6_000_000)]  # <-
        kept.append(seats)
        return "seats"


async def main() -> None:
    label = f"{Seats()} of the house"
    await asyncio.sleep(0)
    assert label.startswith("seats")
