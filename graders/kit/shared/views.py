"""What further instruments saw, as a check reads it from a record: `seen.upstream`, `seen.logs`.

Each is made of what the record keeps by the name of the instrument, in its `extras`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graders.kit.shared.http import Request
from graders.kit.shared.values import Logged, Use


@dataclass
class Statement:
    """A statement of the submission, as the database saw it: its SQL is its `str()`."""

    sql: str
    parameters: int
    """How many parameters it had."""
    values: list[str | None]
    """The parameters as text."""
    executed: bool
    """False if it was only prepared."""
    rows: int
    """How many rows the server sent for it."""
    error: str | None
    """The SQLSTATE it failed with, `57014` for a cancelled one."""

    def __str__(self) -> str:
        return self.sql


@dataclass(frozen=True)
class UpstreamView:
    """What the fake HTTP service saw."""

    requests: list[Request]
    unexpected: list[Request]
    """Those without a route: they are among the `requests` too."""


@dataclass(frozen=True)
class DatabaseView:
    """What the database saw of the submission, by the judge's proxy."""

    connections: int
    """How many were opened."""
    statements: list[Statement]
    """In the order of each connection; without those that asyncpg sends for itself."""

    @property
    def parameters(self) -> list[str | None]:
        """The parameters of all statements, as text."""
        return [value for statement in self.statements for value in statement.values]

    @classmethod
    def of(cls, facts: Any) -> DatabaseView:
        """From what the proxy says."""
        names = Statement.__dataclass_fields__
        sent = [one for each in facts["connections"] for one in each["statements"]]
        own = [{name: one[name] for name in names} for one in sent if not one["internal"]]
        return cls(len(facts["connections"]), [Statement(**one) for one in own])


@dataclass(frozen=True)
class LogsView:
    """What was logged at INFO or above."""

    records: list[Logged]
    """In order."""

    def of(self, logger: str) -> list[Logged]:
        """What this logger and those below it have logged."""
        below = f"{logger}."
        return [one for one in self.records if f"{one.logger}.".startswith(below)]


@dataclass(frozen=True)
class ResourcesView:
    """What became of the resources."""

    uses: list[Use]
    """In the order of opening."""

    @property
    def opened(self) -> list[str]:
        """Their names, in the order in which they were opened."""
        return [use.name for use in self.uses]

    @property
    def closed(self) -> list[str]:
        """The names of those whose clean-up came to its end, in the order in which it did."""
        ended = [(use.order[1], use.name) for use in self.uses if use.outcome == "closed"]
        return [name for _, name in sorted(ended, key=lambda one: one[0] or 0)]

    @property
    def not_closed(self) -> list[Use]:
        """Those whose clean-up did not come to its end, or never began."""
        return [use for use in self.uses if use.outcome != "closed"]
