"""The `__repr__` of a huge object, for a log line that nobody reads."""

FAMILY = "cpu"
CALL = "__repr__"
PLACE = "repr"


class Basket:
    def __init__(self, items: int) -> None:
        self.items = {f"item {number}": number * 1.17 for number in range(items)}

    def __repr__(self) -> str:
        return f"Basket({self.items})"  # <-


basket = Basket(400_000)


async def main() -> None:
    assert len(f"checking out {basket!r}") > 1000
