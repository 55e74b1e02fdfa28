"""Two helpers burn in one step, the second one more."""

FAMILY = "cpu"
CALL = "rank"
PLACE = "helper"


def tokenize(text: str) -> list[str]:
    return text.lower().replace(",", " ").split()


def rank(words: list[str]) -> list[str]:
    return sorted(words, key=str.swapcase)  # <-


async def main() -> None:
    words = tokenize("so many Words, in one text of many words, " * 180_000)
    assert len(rank(words)) == 1_620_000
