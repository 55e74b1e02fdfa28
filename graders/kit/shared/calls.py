"""The calls of fakes, as a record has them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from graders.kit.shared.plain import Plain


@dataclass(frozen=True)
class Call:
    """One call of a fake: when, with what, how it ended, and on which thread."""

    name: str
    args: Plain
    kwargs: Plain
    started: float
    ended: float | None
    outcome: str
    """`returned`, `raised`, `cancelled` or `pending`."""
    thread: str
    """`loop` for the event loop's own thread, else `worker`."""
    order: tuple[int, int | None] = (0, None)
    """Positions of its start and its end among all starts and ends."""

    def __str__(self) -> str:
        """As it is written in Python: "job(7, times=3)"."""
        named = [f"{name}={value!r}" for name, value in self.kwargs.items()]
        return f"{self.name}({', '.join([*map(repr, self.args), *named])})"


def most_in_flight(calls: Iterable[Any]) -> int:
    """How many were under way at once, by the `order` of starts and ends, not by time."""
    orders = [call.order for call in calls]
    marks = [(start, 1) for start, _ in orders]
    marks += [(end, -1) for _, end in orders if end is not None]
    return max(accumulate(step for _, step in sorted(marks)), default=0)


class Calls(list[Call]):
    """Calls of one fake, in the order they started."""

    @property
    def most_in_flight(self) -> int:
        """How many were under way at once, by order of starts and ends, not by time."""
        return most_in_flight(self)

    @property
    def threads(self) -> set[str]:
        return {call.thread for call in self}
