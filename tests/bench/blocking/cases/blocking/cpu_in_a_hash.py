"""The `__hash__` of a class that is looked up in a set."""

FAMILY = "cpu"
CALL = "__hash__"
PLACE = "hash"


class Recipe:
    def __init__(self, ingredients: list[str]) -> None:
        self.ingredients = ingredients

    def __hash__(self) -> int:
        return hash(tuple(sorted(set(self.ingredients))))  # <-

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recipe) and hash(self) == hash(other)


async def main() -> None:
    stock = [f"spice {number * 7919 % 1009}" for number in range(400)]
    known = {Recipe(stock[number % 100 :]) for number in range(5000)}
    assert len(known) == 100
