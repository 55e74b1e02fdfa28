"""An async comprehension that works on every element."""

from collections.abc import AsyncIterator

FAMILY = "cpu"
CALL = "factorial"
PLACE = "async comprehension"


async def numbers() -> AsyncIterator[int]:
    for number in (3_000, 4_000, 10_500):
        yield number


def factorial(number: int) -> int:
    product = 1
    for factor in range(2, number):
        product = product * factor * factor * factor * factor  # <-
    return product


async def main() -> None:
    sizes = [factorial(number).bit_length() async for number in numbers()]
    assert sizes == sorted(sizes)
