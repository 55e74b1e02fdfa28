"""The `__eq__` of a class, for every element of a list that is searched."""

FAMILY = "cpu"
CALL = "__eq__"
PLACE = "eq"


class Order:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Order) and sorted(self.lines) == sorted(other.lines)  # <-

    __hash__ = None  # type: ignore[assignment]


async def main() -> None:
    stock = [f"{number * 7919 % 1009} cups" for number in range(60)]
    book = [Order(stock[number:]) for number in range(50)]
    wanted = [Order([*stock[number:], "tea"]) for number in range(3_500)]
    assert not any(map(book.__contains__, wanted))
