"""One statement that went over the wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from graders.kit.postgres import values
from graders.kit.postgres.wire import Bind

MAX_TEXT = 20_000
"""Characters kept of a statement and of a parameter."""


@dataclass(eq=False)
class Statement:
    """A statement that was sent: one for each execution, or one if it was only prepared."""

    sql: str
    simple: bool
    """Sent by the simple query protocol, which has no parameters."""
    order: int
    """Position of its start among all starts and ends of a proxy."""
    internal: bool = False
    """Sent by asyncpg by itself: a look-up of types, the reset on release to a pool."""
    parameters: int = 0
    values: list[str | None] = field(default_factory=list)
    """The parameters as text; `\\x…` for a binary type that is not known here."""
    executed: bool = False
    rows: int = 0
    """How many rows the server sent for it."""
    fetches: int = 0
    """How often rows were asked for: more than once only for a cursor."""
    ended: int | None = None
    """Position of its end, None while it waits for an answer."""
    error: str | None = None
    """The SQLSTATE it failed with, `57014` for a cancelled one."""
    oids: list[int] = field(default_factory=list, repr=False)
    """The types of its parameters, if they are known."""
    waiting: int = field(default=0, repr=False)
    """Requests for it that have no answer yet."""

    def bind(self, message: Bind) -> None:
        """Takes the values of its parameters from a message of the client."""
        self.executed = True
        self.parameters = message.parameters
        self.values = [self._value(message, index) for index in range(len(message.values))]

    def _value(self, message: Bind, index: int) -> str | None:
        oid = self.oids[index] if index < len(self.oids) else 0
        text = values.text(message.values[index], message.binary(index), oid)
        return None if text is None else text[:MAX_TEXT]

    @property
    def size(self) -> int:
        """About how many characters it keeps."""
        return 200 + len(self.sql) + sum(len(value or "") for value in self.values)

    def facts(self) -> dict[str, Any]:
        """All of it as plain data."""
        return {
            "sql": self.sql,
            "parameters": self.parameters,
            "values": list(self.values),
            "simple": self.simple,
            "internal": self.internal,
            "executed": self.executed,
            "rows": self.rows,
            "fetches": self.fetches,
            "error": self.error,
            "order": [self.order, self.ended],
        }
