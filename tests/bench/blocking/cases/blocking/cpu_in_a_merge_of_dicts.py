"""Merges two large dicts as the last thing that a task does."""

import asyncio

FAMILY = "cpu"
CALL = "merge"
PLACE = "coroutine"
LINE_SINCE = "3.12"

stock = dict.fromkeys(range(4_000_000), 1)
merged: list[dict[int, int]] = []


async def merge() -> None:
    merged[:] = [{**stock, **stock}]  # <-


async def main() -> None:
    await asyncio.create_task(merge())
