"""A loop in Python that takes its time."""

FAMILY = "cpu"
CALL = "main"
PLACE = "coroutine"


async def main() -> None:
    seen, number = 0, 1
    for _ in range(1_500_000):
        number = number * 48_271 % 2_147_483_647 if number % 7 else number + seen + 1  # <-
    assert number != seen
