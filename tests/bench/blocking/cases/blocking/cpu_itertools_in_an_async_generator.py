"""Sums over a chain of ranges, in an async generator."""

import itertools
from collections.abc import AsyncIterator

FAMILY = "cpu"
CALL = "totals"
PLACE = "async generator"


async def totals(months: int) -> AsyncIterator[int]:
    for month in range(months):
        days = itertools.repeat(range(month, month + 1000), 13_000)
        yield sum(itertools.chain.from_iterable(days))  # <-


async def main() -> None:
    assert [total async for total in totals(2)] == [6_493_500_000, 6_506_500_000]
