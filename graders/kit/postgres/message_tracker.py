"""Follows the messages of one connection: which statements were sent, which wait for an answer."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from graders.kit.postgres import wire
from graders.kit.postgres.asyncpg_statements import is_internal
from graders.kit.postgres.statement import MAX_TEXT, Statement

MAX_NAMES = 10_000
"""Prepared statements that are remembered; no client needs so many at once."""

COMPLETED_BY = {"Q": "Z", "S": "Z", "F": "Z", "P": "1", "B": "2", "C": "3", "D": "Tn", "E": "CIs"}
"""By type of a request, the types of reply that complete it."""


class MessageTracker:
    """Reads both directions of a connection after its start-up, and lists its statements.

    `next_position` numbers starts and ends. `on_change` is called when a statement begins or
    ends to wait for an answer. `reserve` takes a number of characters from a budget and says
    whether something is left of it: statements beyond it are counted, but not listed.
    """

    def __init__(
        self,
        next_position: Callable[[], int],
        on_change: Callable[[], None],
        reserve: Callable[[int], bool],
    ) -> None:
        self.statements: list[Statement] = []
        self.unlisted = 0
        self.status = ""
        """`I` idle, `T` in a transaction, `E` in a failed one; as of the last answer."""
        self.terminated = False
        """The client sent Terminate, as `close()` does and a dropped socket does not."""
        self._next_position = next_position
        self._on_change = on_change
        self._reserve = reserve
        self._pending: deque[tuple[str, Statement | None]] = deque()
        self._skipping = False
        self._latest: Statement | None = None
        self._prepared: dict[str, Statement] = {}
        self._portals: dict[str, Statement] = {}
        self._client_messages = wire.MessageReader(b"QPBDEC")
        self._server_messages = wire.MessageReader(b"EtZ")

    @property
    def in_flight(self) -> Statement | None:
        """The oldest statement that waits for an answer and is the learner's; None without one."""
        waiting = (statement for _, statement in self._pending)
        return next((one for one in waiting if one and not one.internal), None)

    def from_client(self, data: bytes) -> None:
        """Takes in bytes from the client. Raises ValueError if they are not the protocol."""
        for kind, payload in self._client_messages.feed(data):
            self._request(kind, payload)

    def from_server(self, data: bytes) -> None:
        """Takes in bytes from the server. Raises ValueError if they are not the protocol."""
        for kind, payload in self._server_messages.feed(data):
            self._reply(kind, payload)

    # --- the client's side ---------------------------------------------------------------

    def _request(self, kind: str, payload: bytes) -> None:
        if kind == "X":
            self.terminated = True
        if kind == "S":
            self._skipping = False
        if kind not in COMPLETED_BY or self._skipping:
            return
        statement = self._statement(kind, payload)
        self._pending.append((kind, statement))
        if statement is not None:
            statement.waiting += 1
            statement.ended = None
        self._on_change()

    def _statement(self, kind: str, payload: bytes) -> Statement | None:
        """The statement that a request belongs to."""
        match kind:
            case "Q":
                self._latest = self._new(wire.FieldReader(payload).string(), simple=True)
                self._latest.executed = True
            case "P":
                self._parse(wire.parse(payload))
            case "B":
                self._bind(wire.bind(payload))
            case "E":
                self._latest = self._portals.get(wire.FieldReader(payload).string())
                if self._latest is not None:
                    self._latest.fetches += 1
            case "D" | "C":
                known = self._prepared if payload[:1] == b"S" else self._portals
                name = wire.FieldReader(payload[1:]).string()
                if kind == "D":
                    return known.get(name)
                self._latest = None
                known.pop(name, None)
            case "F":
                return None
        return self._latest

    def _new(self, sql: str, simple: bool = False) -> Statement:
        internal = is_internal(sql)
        statement = Statement(
            sql[: 40 if internal else MAX_TEXT], simple, self._next_position(), internal
        )
        if self._reserve(statement.size):
            self.statements.append(statement)
        else:
            self.unlisted += 1
        return statement

    def _parse(self, message: wire.Parse) -> None:
        if len(self._prepared) > MAX_NAMES:
            self._prepared.clear()
        self._latest = self._prepared[message.name] = self._new(message.sql)
        self._latest.oids = message.oids

    def _bind(self, message: wire.Bind) -> None:
        prepared = self._prepared.get(message.prepared)
        if prepared is None:
            return
        statement = prepared
        if prepared.executed:
            statement = self._new(prepared.sql)
            statement.oids = prepared.oids
        statement.bind(message)
        if not self._reserve(statement.size):
            statement.values = []
        if len(self._portals) > MAX_NAMES:
            self._portals.clear()
        self._latest = self._portals[message.portal] = statement

    # --- the server's side ---------------------------------------------------------------

    def _reply(self, kind: str, payload: bytes) -> None:
        if kind == "E":
            self._failed(wire.error_code(payload))
        elif kind == "Z":
            self.status = payload.decode("ascii", "replace")
        if not self._pending:
            return
        request, statement = self._pending[0]
        if kind == "t" and request == "D" and statement is not None:
            statement.oids = wire.FieldReader(payload).oids()
        if kind == "D" and statement is not None:
            statement.rows += 1
        if kind in COMPLETED_BY[request]:
            self._complete()

    def _failed(self, code: str) -> None:
        """The server skips whatever follows a failure, up to the next Sync."""
        if self._pending and (statement := self._pending[0][1]) is not None:
            statement.error = code
        while self._pending and self._pending[0][0] not in "QSF":
            self._complete()
        self._skipping = not self._pending

    def _complete(self) -> None:
        """The oldest request has its answer."""
        _, statement = self._pending.popleft()
        if statement is not None:
            statement.waiting -= 1
            statement.ended = None if statement.waiting else self._next_position()
        self._on_change()
