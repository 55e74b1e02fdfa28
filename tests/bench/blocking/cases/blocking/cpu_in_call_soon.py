"""A callback of the loop burns."""

import asyncio
import math

FAMILY = "cpu"
CALL = "check"
PLACE = "call_soon"


def check(number: int, answer: asyncio.Future[bool]) -> None:
    prime = all(map(number.__mod__, range(2, math.isqrt(number))))  # <-
    answer.set_result(prime)


async def main() -> None:
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[bool] = loop.create_future()
    loop.call_soon(check, 67_280_421_310_721, answer)
    assert await answer
