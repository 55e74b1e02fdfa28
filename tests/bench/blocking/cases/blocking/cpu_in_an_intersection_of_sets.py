"""A condition that intersects two sets of millions."""

import asyncio

FAMILY = "cpu"
CALL = "overlap"
PLACE = "coroutine"
LINE_SINCE = "3.12"

ours = set(range(5_000_000))
theirs = set(range(700_000, 5_700_000))


async def overlap() -> str:
    await asyncio.sleep(0)
    if ours & theirs:  # <-
        answer = "some"
    else:
        answer = "none"
    return answer


async def main() -> None:
    assert await overlap() == "some"
