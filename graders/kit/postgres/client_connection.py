"""A client of the proxy: who it is, what it sent, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graders.kit.postgres.message_tracker import MessageTracker


class ClientConnection(MessageTracker):
    """One connection of the learner's code, from its log-in on."""

    def __init__(
        self,
        user: str,
        next_position: Callable[[], int],
        on_change: Callable[[], None],
        reserve: Callable[[int], bool],
    ) -> None:
        super().__init__(next_position, on_change, reserve)
        self.user = user
        self.opened = next_position()
        """Position of its opening among all starts and ends of the proxy."""
        self.closed: int | None = None
        """Position of its end, None while the client holds it open."""
        self.dropped = False
        """The server ended it, not the client."""

    def facts(self) -> dict[str, Any]:
        """All of it as plain data."""
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
