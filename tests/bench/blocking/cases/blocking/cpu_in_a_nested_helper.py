"""A helper two calls below a coroutine burns."""

FAMILY = "cpu"
CALL = "score"
PLACE = "helper"


def score(rows: list[int]) -> int:
    total = 0
    for _ in range(4_500):
        total += sum(map(abs, rows))  # <-
    return total


def ranking() -> int:
    return score(list(range(2000)))


async def main() -> None:
    assert ranking() > 0
