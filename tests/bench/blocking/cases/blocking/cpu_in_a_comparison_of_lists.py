"""Two long lists are compared in a helper, which then returns at once."""

import asyncio

FAMILY = "cpu"
CALL = "changed"
PLACE = "helper"
LINE_SINCE = "3.12"

before = [float(number) for number in range(1000)] * 16_000
after = [float(number) for number in range(1000)] * 16_000


def changed() -> bool:
    return before != after  # <-


async def main() -> None:
    await asyncio.sleep(0)
    if changed():
        raise AssertionError
    await asyncio.sleep(0)
