"""Changes that break any Python: other operators, other numbers, conditions turned around."""

from __future__ import annotations

from collections.abc import Iterator

from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.provider import OperatorProvider

LEFT_OUT = ("VariableReplacer", "VariableInserter")
"""They put a number in place of a name, by chance: not the same mutants every time."""


def mutations(source: str) -> Iterator[tuple[str, str]]:
    """Each operator's name, and the source as it leaves it."""
    provider = OperatorProvider()
    for name in provider:
        if name in LEFT_OUT:
            continue
        operator = provider[name]()
        occurrence = 0
        while (changed := mutate_code(source, operator, occurrence)) is not None:
            yield name, changed
            occurrence += 1
