"""Inputs of a scenario, drawn by the judge for each run: an answer cannot be canned.

A scenario names what it needs as the default of a parameter:

    async def five_keys(kata, calls, keys=draw.words(5)): ...

The child only ever receives the drawn values. The same seed draws the same
values again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

_SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]


@dataclass(frozen=True)
class Draw:
    """A way to draw one value from a source of chance."""

    value: Callable[[random.Random], Any]

    def __call__(self, chance: random.Random) -> Any:
        return self.value(chance)


def word() -> Draw:
    """A pronounceable lower-case word of four to eight letters."""
    return Draw(_word)


def words(count: int) -> Draw:
    """So many words, all different."""
    return Draw(lambda chance: _distinct(chance, count, _word))


def whole(low: int, high: int) -> Draw:
    """A whole number from `low` to `high`, both included."""
    return Draw(lambda chance: chance.randint(low, high))


def wholes(count: int, low: int, high: int) -> Draw:
    """So many whole numbers, all different."""
    return Draw(lambda chance: chance.sample(range(low, high + 1), count))


def one_of(options: Sequence[Any]) -> Draw:
    """One of these."""
    return Draw(lambda chance: chance.choice(list(options)))


def rows(count: int, **columns: Draw) -> Draw:
    """So many rows of a table, as dicts; each column is drawn for each row."""
    return Draw(
        lambda chance: [
            {name: column(chance) for name, column in columns.items()} for _ in range(count)
        ]
    )


def inputs(defaults: dict[str, Any], seed: str) -> dict[str, Any]:
    """The drawn value of each default that is a `Draw`; other defaults stay as they are.

    Each parameter has its own source of chance, so that adding one to a
    scenario does not change what the others draw.
    """
    return {
        name: default(random.Random(f"{seed}/{name}")) if isinstance(default, Draw) else default
        for name, default in defaults.items()
    }


def _word(chance: random.Random) -> str:
    return "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4)))


def _distinct(chance: random.Random, count: int, one: Callable[[random.Random], str]) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        found[one(chance)] = None
    return list(found)
