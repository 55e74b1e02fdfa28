"""Very big powers, and all their digits."""

import sys

FAMILY = "cpu"
CALL = "digits"
PLACE = "helper"

sys.set_int_max_str_digits(0)


def digits(base: int, exponents: range) -> int:
    count = 0
    for exponent in exponents:
        count += len(str(pow(base, exponent)))  # <-
    return count


async def main() -> None:
    assert digits(3, range(18_000, 18_400)) > 3_000_000
