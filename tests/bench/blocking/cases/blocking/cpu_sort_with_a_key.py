"""A long list is sorted, by a key."""

FAMILY = "cpu"
CALL = "main"
PLACE = "coroutine"

people = [f"Person {number * 7919 % 1_000_003}" for number in range(700_000)]


async def main() -> None:
    ordered = sorted(people, key=str.casefold)  # <-
    assert ordered[0] == "Person 0"
