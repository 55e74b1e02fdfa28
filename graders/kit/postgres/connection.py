"""A client of the proxy: who it is, what it said, and how it left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graders.kit.postgres.session import Session


class Connection(Session):
    """A client of the proxy."""

    def __init__(
        self,
        tick: Callable[[], int],
        changed: Callable[[], None],
        spend: Callable[[int], bool],
    ) -> None:
        super().__init__(tick, changed, spend)
        self.user = ""
        self.opened = tick()
        """Position of its opening among all starts and ends of the proxy."""
        self.closed: int | None = None
        """Position of its end, None while the client holds it open."""
        self.dropped = False
        """The server ended it, not the client."""

    def facts(self) -> dict[str, Any]:
        return {
            "user": self.user,
            "closed": self.closed is not None,
            "dropped": self.dropped,
            "terminated": self.terminated,
            "status": self.status,
            "order": [self.opened, self.closed],
            "statements": [statement.facts() for statement in self.statements],
            "unlisted": self.unlisted,
        }
