"""Messages on the wire are cut, read and followed, however they arrive."""

from __future__ import annotations

import itertools
import struct

import pytest
from asyncpg import introspection

from graders.kit.postgres import values, wire
from graders.kit.postgres.asyncpg_statements import is_internal
from graders.kit.postgres.message_tracker import MessageTracker


def message(kind: str, payload: bytes = b"") -> bytes:
    return kind.encode() + struct.pack("!i", len(payload) + 4) + payload


def parse(sql: str, name: str = "") -> bytes:
    return message("P", f"{name}\0{sql}\0".encode() + struct.pack("!h", 0))


def bind(*parameters: bytes | None, formats: tuple[int, ...] = (), name: str = "") -> bytes:
    payload = b"\0" + name.encode() + b"\0" + struct.pack("!h", len(formats))
    payload += b"".join(struct.pack("!h", one) for one in formats)
    payload += struct.pack("!h", len(parameters))
    for value in parameters:
        payload += struct.pack("!i", -1) if value is None else struct.pack("!i", len(value)) + value
    return message("B", payload + struct.pack("!h", 0))


EXECUTE = message("E", b"\0" + struct.pack("!i", 0))
SYNC = message("S")
DESCRIBE = message("D", b"S\0")
FLUSH = message("H")
READY = message("Z", b"I")
DONE = message("1") + message("2") + message("C", b"SELECT 1\0")
FAILED = message("E", b"SERROR\0C42601\0Moh no\0\0")


BUDGET = 200_000


@pytest.fixture
def tracker() -> MessageTracker:
    left = [BUDGET]

    def reserve(size: int) -> bool:
        left[0] -= size
        return left[0] > 0

    return MessageTracker(itertools.count().__next__, lambda: None, reserve)


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 1000])
def test_messages_may_arrive_in_any_pieces(piece: int):
    """However the bytes are split over reads, the same messages come out."""
    data = message("Q", b"select 1\0") + message("d", b"x" * 20) + message("X")
    reader = wire.MessageReader(b"Q")
    pieces = [data[at : at + piece] for at in range(0, len(data), piece)]

    found = [one for part in pieces for one in reader.feed(part)]

    assert found == [("Q", b"select 1\0"), ("d", b""), ("X", b"")]


def test_a_huge_message_is_not_kept():
    """Only the beginning of a message stays in memory, and the next one is still found."""
    reader = wire.MessageReader(b"Q")
    size = 3 * wire.MAX_PAYLOAD
    data = message("Q", b"x" * size) + message("X")

    found = [one for at in range(0, len(data), 65536) for one in reader.feed(data[at : at + 65536])]

    assert [(kind, len(payload)) for kind, payload in found] == [("Q", wire.MAX_PAYLOAD), ("X", 0)]


def test_what_is_no_message_is_refused():
    """A length below its own four bytes ends the reading."""
    with pytest.raises(ValueError, match="a message of -1 bytes"):
        list(wire.MessageReader(b"").feed(b"Q" + struct.pack("!i", 3)))


@pytest.mark.parametrize(
    ("oid", "value", "text"),
    [
        (16, b"\1", "true"),
        (21, struct.pack("!h", -2), "-2"),
        (23, struct.pack("!i", 70000), "70000"),
        (20, struct.pack("!q", -(2**40)), str(-(2**40))),
        (25, "ä'; drop".encode(), "ä'; drop"),
        (701, struct.pack("!d", 0.5), "0.5"),
        (1082, struct.pack("!i", -1), "1999-12-31"),
        (1114, struct.pack("!q", 1_500_000), "2000-01-01 00:00:01.500000"),
        (1700, struct.pack("!hhhhhh", 2, 0, 0, 2, 12, 3400), "12.34"),
        (1700, struct.pack("!hhhhh", 1, -1, 0x4000, 3, 50), "-0.005"),
        (1700, struct.pack("!hhhhh", 1, 1, 0, 0, 5), "50000"),
        (1700, struct.pack("!hhHh", 0, 0, 0xC000, 0), "NaN"),
        (3802, b'\1{"a": 1}', '{"a": 1}'),
        (1007, struct.pack("!iiiiiii", 1, 0, 23, 1, 1, 4, 7), "{7}"),
        (1009, struct.pack("!iiiiii", 1, 1, 25, 1, 1, -1), "{NULL}"),
        (1009, struct.pack("!iii", 0, 0, 25), "{}"),
        (16400, b"shipped", "shipped"),
        (16400, b"\0\1", "\\x0001"),
        (600, b"\0\1", "\\x0001"),
        (701, b"too short", "\\x" + b"too short".hex()),
        (2950, bytes(16), "00000000-0000-0000-0000-000000000000"),
    ],
)
def test_binary_parameters_become_text(oid: int, value: bytes, text: str):
    """A binary parameter reads as PostgreSQL prints it; an unknown one in hexadecimal."""
    assert values.text(value, binary=True, oid=oid) == text


def test_one_format_holds_for_all_parameters():
    """No format means text, a single one holds for each, several hold in order."""
    mixed = bind(b"7", b"\0\0\0\7", formats=(0, 1))
    single, none = bind(b"1", b"2", formats=(1,)), bind(b"1")

    read = [wire.bind(one[5:]) for one in (mixed, single, none)]

    assert [[one.binary(i) for i in range(one.parameters)] for one in read] == [
        [False, True],
        [True, True],
        [False],
    ]


def test_a_statement_is_in_flight_until_the_server_is_ready(tracker: MessageTracker):
    """From its first byte to ReadyForQuery a statement waits for its answer."""
    tracker.from_client(parse("select 1") + bind(b"a", None) + EXECUTE + SYNC)
    waiting = tracker.in_flight
    tracker.from_server(DONE)
    still = tracker.in_flight
    tracker.from_server(READY)

    [statement] = tracker.statements
    assert waiting is still is statement
    assert tracker.in_flight is None
    assert (statement.parameters, statement.values) == (2, ["a", None])
    assert tracker.status == "I"


def test_rows_are_counted_for_their_statement(tracker: MessageTracker):
    """Also when they come in several fetches of a cursor, and by the simple protocol."""
    row = message("D", b"x" * 20)
    tracker.from_client(parse("select a") + bind() + EXECUTE + SYNC)
    tracker.from_server(message("1") + message("2") + row * 2 + message("s") + READY)
    tracker.from_client(EXECUTE + SYNC)
    tracker.from_server(row + message("C", b"SELECT 3\0") + READY)
    tracker.from_client(message("Q", b"select b\0"))
    tracker.from_server(message("T") + row + message("C", b"SELECT 1\0") + READY)

    assert [one.rows for one in tracker.statements] == [3, 1]


def test_a_prepared_statement_does_not_wait(tracker: MessageTracker):
    """Prepared and described is answered, though no ReadyForQuery follows a flush."""
    tracker.from_client(parse("select $1::int", "s1") + message("D", b"Ss1\0") + FLUSH)
    tracker.from_server(message("1") + message("t", struct.pack("!hi", 1, 23)) + message("T"))

    [statement] = tracker.statements
    assert tracker.in_flight is None
    assert statement.executed is False
    tracker.from_client(bind(struct.pack("!i", 5), formats=(1,), name="s1") + EXECUTE + SYNC)
    assert statement.values == ["5"], "the type that the server named is used"


def test_each_execution_counts_once(tracker: MessageTracker):
    """The first execution is the prepared statement's own, each further one is another."""
    tracker.from_client(parse("select 1", "s1"))
    tracker.from_server(message("1"))
    for _ in range(3):
        tracker.from_client(bind(name="s1") + EXECUTE + SYNC)
        tracker.from_server(message("2") + message("C", b"\0") + READY)

    assert [one.sql for one in tracker.statements] == ["select 1"] * 3
    assert len({one.order for one in tracker.statements}) == 3


def test_a_failure_ends_what_follows_it(tracker: MessageTracker):
    """What is sent between an error and the next Sync is neither run nor waited for."""
    tracker.from_client(parse("selec 1") + bind() + EXECUTE)
    tracker.from_server(FAILED)
    between = tracker.in_flight
    tracker.from_client(SYNC)
    tracker.from_server(READY)

    assert between is None
    assert tracker.in_flight is None
    assert [one.error for one in tracker.statements] == ["42601"]


def test_a_cursor_is_one_statement(tracker: MessageTracker):
    """Fetching again from a portal is the same statement; `fetches` counts."""
    tracker.from_client(parse("select 1") + bind() + SYNC)
    tracker.from_server(message("1") + message("2") + READY)
    for _ in range(3):
        tracker.from_client(EXECUTE + SYNC)
        tracker.from_server(message("s") + READY)

    [statement] = tracker.statements
    assert statement.fetches == 3
    assert statement.ended is not None


def test_memory_has_a_limit(tracker: MessageTracker):
    """When the budget of characters is used up, statements are counted, and no longer listed."""
    count = 2 * BUDGET // 20_000
    for _ in range(count):
        tracker.from_client(message("Q", b"x" * 30_000 + b"\0"))
        tracker.from_server(READY)

    assert sum(len(one.sql) for one in tracker.statements) <= BUDGET
    assert len(tracker.statements) + tracker.unlisted == count


@pytest.mark.parametrize(
    "sql",
    [
        introspection.INTRO_LOOKUP_TYPES,
        introspection.TYPE_BY_NAME,
        "SELECT pg_advisory_unlock_all();\nCLOSE ALL;\nUNLISTEN *;\nRESET ALL;",
        "\n SELECT\n current_setting('jit') AS cur,\n set_config('jit', 'off', false) AS new\n",
        "\n SELECT\n set_config('jit', $1, false)\n",
    ],
)
def test_the_drivers_own_statements_are_known(sql: str):
    """What asyncpg sends for itself is internal."""
    assert is_internal(sql)


@pytest.mark.parametrize(
    "sql",
    ["BEGIN;", "ROLLBACK;", "select 1", "SELECT pg_advisory_unlock_all(); DELETE FROM items"],
)
def test_the_learners_statements_are_not_internal(sql: str):
    """A transaction's limits are the learner's, and so is anything behind a reset."""
    assert not is_internal(sql)
