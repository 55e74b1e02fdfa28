"""Pydantic models made in a coroutine."""

import asyncio

from pydantic import BaseModel, TypeAdapter, create_model


async def main() -> None:
    for number in range(10):
        model = create_model(f"Row{number}", __base__=BaseModel, name=(str, ...), size=(int, 0))
        rows = TypeAdapter(list[model]).validate_python([{"name": "a"}])
        assert len(rows) == 1
        await asyncio.sleep(0)
