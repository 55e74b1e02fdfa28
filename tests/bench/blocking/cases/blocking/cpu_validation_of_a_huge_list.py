"""A huge list is validated by pydantic, in a helper."""

from typing import Any

from pydantic import BaseModel, TypeAdapter

FAMILY = "cpu"
CALL = "imported"
PLACE = "helper"


class Item(BaseModel):
    id: int
    name: str
    tags: list[str]


items = TypeAdapter(list[Item])
rows = [{"id": str(n), "name": f"item {n}", "tags": ["a", "b"]} for n in range(150_000)]


def imported(data: list[dict[str, Any]]) -> int:
    return len(items.validate_python(data))  # <-


async def main() -> None:
    assert imported(rows) == 150_000
