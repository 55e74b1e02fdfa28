"""One connection as the wire shows it: what was sent, and what still waits for an answer."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from graders.kit.postgres import wire
from graders.kit.postgres.internal import is_internal
from graders.kit.postgres.statement import TEXT, Statement

NAMES = 10_000
"""Prepared statements that are remembered; no client needs so many at once."""

ANSWERS = {"Q": "Z", "S": "Z", "F": "Z", "P": "1", "B": "2", "C": "3", "D": "Tn", "E": "CIs"}
"""By type of a request, the types of reply that complete it."""


class Session:
    """Reads both directions of a connection after its start-up, and keeps what was said.

    `tick` numbers starts and ends; `changed` is called whenever something
    begins or stops to wait for an answer; `spend` asks for room to keep so
    many characters: what there is no room for is counted, not listed.
    """

    def __init__(
        self,
        tick: Callable[[], int],
        changed: Callable[[], None],
        spend: Callable[[int], bool],
    ) -> None:
        self.statements: list[Statement] = []
        self.unlisted = 0
        self.status = ""
        """`I` idle, `T` in a transaction, `E` in a failed one; as of the last answer."""
        self.terminated = False
        """The client said good-bye, as `close()` does and a dropped socket does not."""
        self._tick = tick
        self._changed = changed
        self._spend = spend
        self._pending: deque[tuple[str, Statement | None]] = deque()
        self._skipping = False
        self._latest: Statement | None = None
        self._prepared: dict[str, Statement] = {}
        self._portals: dict[str, Statement] = {}
        self._client = wire.Frames(b"QPBDEC")
        self._server = wire.Frames(b"EtZ")

    @property
    def in_flight(self) -> Statement | None:
        """The statement of the learner's code that waits for an answer."""
        waiting = (statement for _, statement in self._pending)
        return next((one for one in waiting if one and not one.internal), None)

    def sent(self, data: bytes) -> None:
        """Bytes from the client. Raises ValueError where they are not the protocol."""
        for kind, payload in self._client.feed(data):
            self._request(kind, payload)

    def answered(self, data: bytes) -> None:
        """Bytes from the server. Raises ValueError where they are not the protocol."""
        for kind, payload in self._server.feed(data):
            self._reply(kind, payload)

    # --- the client's side ---------------------------------------------------------------

    def _request(self, kind: str, payload: bytes) -> None:
        if kind == "X":
            self.terminated = True
        if kind == "S":
            self._skipping = False
        if kind not in ANSWERS or self._skipping:
            return
        statement = self._statement(kind, payload)
        self._pending.append((kind, statement))
        if statement is not None:
            statement.waiting += 1
            statement.ended = None
        self._changed()

    def _statement(self, kind: str, payload: bytes) -> Statement | None:
        """The statement that a request belongs to."""
        match kind:
            case "Q":
                self._latest = self._new(wire.Fields(payload).string(), simple=True)
                self._latest.executed = True
            case "P":
                self._parse(wire.parse(payload))
            case "B":
                self._bind(wire.bind(payload))
            case "E":
                self._execute(wire.Fields(payload).string())
            case "D":
                return self._named(payload)
            case "C":
                self._forget(payload)
                return None
            case "F":
                return None
        return self._latest

    def _new(self, sql: str, simple: bool = False) -> Statement:
        internal = is_internal(sql)
        statement = Statement(sql[: 40 if internal else TEXT], simple, self._tick(), internal)
        if self._spend(statement.size):
            self.statements.append(statement)
        else:
            self.unlisted += 1
        return statement

    def _parse(self, message: wire.Parse) -> None:
        if len(self._prepared) > NAMES:
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
        if not self._spend(statement.size):
            statement.values = []
        if len(self._portals) > NAMES:
            self._portals.clear()
        self._latest = self._portals[message.portal] = statement

    def _execute(self, portal: str) -> None:
        self._latest = self._portals.get(portal)
        if self._latest is not None:
            self._latest.fetches += 1

    def _named(self, payload: bytes) -> Statement | None:
        known = self._prepared if payload[:1] == b"S" else self._portals
        return known.get(wire.Fields(payload[1:]).string())

    def _forget(self, payload: bytes) -> None:
        self._latest = None
        known = self._prepared if payload[:1] == b"S" else self._portals
        known.pop(wire.Fields(payload[1:]).string(), None)

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
            statement.oids = wire.Fields(payload).oids()
        if kind in ANSWERS[request]:
            self._complete()

    def _failed(self, code: str) -> None:
        """The server skips whatever follows a failure, up to the next Sync."""
        if self._pending and (statement := self._pending[0][1]) is not None:
            statement.error = code
        while self._pending and self._pending[0][0] not in "QSF":
            self._complete()
        self._skipping = not self._pending

    def _complete(self) -> None:
        """The oldest request has had its answer."""
        _, statement = self._pending.popleft()
        if statement is not None:
            statement.waiting -= 1
            statement.ended = None if statement.waiting else self._tick()
        self._changed()
