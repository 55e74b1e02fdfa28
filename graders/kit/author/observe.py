"""What a check is given: a way to have a scenario run, and the record of what it saw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from graders.kit.shared.record import Record


class Observe(Protocol):
    """`seen = await observe(scenario)`: what the scenario saw of the submission.

    `await observe.reference(scenario)` is what it saw of the reference, with the same drawn inputs.
    """

    async def __call__(self, scenario: Callable[..., Any]) -> Record:
        """The record of one scenario. Where the submission did not let it come to its end, the
        check fails with the sentence that says why."""
        ...

    async def reference(self, scenario: Callable[..., Any]) -> Record:
        """The reference's record of the same scenario."""
        ...
