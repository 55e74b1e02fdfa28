"""A small JSON document, a short text searched, a thousand numbers sorted."""

import json
import random
import re

NUMBERS = random.Random(1).sample(range(100_000), 1000)
WORDS = re.compile(r"(\w+)@(\w+)\.org")


async def main() -> None:
    text = json.dumps({"names": ["ann"] * 100, "sizes": list(range(50))})
    assert len(json.loads(text)["names"]) == 100
    assert WORDS.findall("ann@example.org, bob@example.org")
    assert sorted(NUMBERS)[0] < sorted(NUMBERS, reverse=True)[0]
