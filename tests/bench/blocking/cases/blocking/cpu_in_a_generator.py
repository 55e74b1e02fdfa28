"""A plain generator below a coroutine burns before each of its values."""

from collections.abc import Iterator

FAMILY = "cpu"
CALL = "divisors"
PLACE = "generator"


def divisors(numbers: list[int]) -> Iterator[int]:
    for number in numbers:
        yield sum(map((0).__eq__, map(number.__mod__, range(1, number))))  # <-


async def main() -> None:
    assert max(divisors([720_720, 1_441_440, 2_162_160])) == 319
