"""Merges two large dicts as the last thing that a task does."""

import asyncio

FAMILY = "cpu"
CALL = "merge"
PLACE = "coroutine"
LINE_SINCE = "3.12"

stock = {str(number): number for number in range(2_500_000)}
merged: list[dict[str, int]] = []


async def merge() -> None:
    merged[:] = [{**stock, **stock}]  # <-


async def main() -> None:
    await asyncio.create_task(merge())
