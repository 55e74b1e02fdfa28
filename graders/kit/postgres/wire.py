"""PostgreSQL's wire format: cuts a stream of bytes into messages, and reads the few that matter.

Source: the PostgreSQL manual, "Frontend/Backend Protocol", "Message Formats" (version 3).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

MAX_PAYLOAD = 1 << 20
"""Bytes kept of one message. The rest of a longer one is forwarded, but not read."""

CANCEL_REQUEST, SSL_REQUEST, GSSENC_REQUEST = 80877102, 80877103, 80877104
"""The codes that a start-up packet may have in place of a protocol version."""


class MessageReader:
    """Cuts one direction of a connection, after its start-up, into messages.

    Only the types in `wanted` keep their payload; the others yield an empty one.
    """

    def __init__(self, wanted: bytes) -> None:
        self._wanted = wanted
        self._bytes = bytearray()
        self._skip = 0

    def feed(self, data: bytes) -> Iterator[tuple[str, bytes]]:
        """The messages that `data` completes, as pairs of type and payload.

        Raises ValueError if `data` is not the protocol.
        """
        self._bytes += data
        while (message := self._next()) is not None:
            yield message

    def _next(self) -> tuple[str, bytes] | None:
        dropped = min(self._skip, len(self._bytes))
        del self._bytes[:dropped]
        self._skip -= dropped
        if self._skip or len(self._bytes) < 5:
            return None
        kind, length = self._bytes[0], int.from_bytes(self._bytes[1:5], "big") - 4
        if length < 0:
            raise ValueError(f"a message of {length} bytes")
        kept = min(length, MAX_PAYLOAD) if kind in self._wanted else 0
        if len(self._bytes) < 5 + kept:
            return None
        payload = bytes(self._bytes[5 : 5 + kept])
        del self._bytes[: 5 + kept]
        self._skip = length - kept
        return chr(kind), payload


class FieldReader:
    """Reads the fields of a payload from left to right. Raises ValueError past its end."""

    def __init__(self, payload: bytes) -> None:
        self._payload = payload
        self._at = 0

    def bytes(self, count: int) -> bytes:
        """The next `count` bytes."""
        piece = self._payload[self._at : self._at + count]
        if count < 0 or len(piece) < count:
            raise ValueError("the message ends too early")
        self._at += count
        return piece

    def string(self) -> str:
        """The next string, which a zero ends; what is no UTF-8 is replaced."""
        end = self._payload.find(0, self._at)
        # A message cut at `MAX_PAYLOAD` has lost its final zero.
        end = len(self._payload) if end < 0 else end
        text = self._payload[self._at : end]
        self._at = end + 1
        return text.decode("utf-8", "replace")

    def int16(self) -> int:
        """The next integer of two bytes."""
        return int.from_bytes(self.bytes(2), "big", signed=True)

    def int32(self) -> int:
        """The next integer of four bytes."""
        return int.from_bytes(self.bytes(4), "big", signed=True)

    def int16s(self) -> list[int]:
        """A list of integers of two bytes, with its length in front."""
        return [self.int16() for _ in range(self.int16())]

    def oids(self) -> list[int]:
        """A list of type numbers, with its length in front."""
        return [self.int32() & 0xFFFFFFFF for _ in range(self.int16())]


@dataclass(frozen=True)
class Parse:
    """Prepares the statement `sql` under a name, with the types of its parameters."""

    name: str
    sql: str
    oids: list[int]


@dataclass(frozen=True)
class Bind:
    """Gives the parameters of a prepared statement their values, under the name of a portal."""

    portal: str
    prepared: str
    formats: list[int]
    values: list[bytes | None]
    parameters: int
    """How many there are, even if the message was too long to read all of them."""

    def binary(self, index: int) -> bool:
        """Whether that value is binary. A single format is that of all values; none means text."""
        formats = self.formats or [0]
        return formats[index if 1 < len(formats) > index else 0] == 1


def parse(payload: bytes) -> Parse:
    """Reads a Parse message; one that was cut at `MAX_PAYLOAD` has no types."""
    fields = FieldReader(payload)
    name, sql = fields.string(), fields.string()
    try:
        return Parse(name, sql, fields.oids())
    except ValueError:
        return Parse(name, sql, [])


def bind(payload: bytes) -> Bind:
    """Reads a Bind message; one that was cut at `MAX_PAYLOAD` has its first values only."""
    fields = FieldReader(payload)
    portal, prepared, formats = fields.string(), fields.string(), fields.int16s()
    count, values = fields.int16() & 0xFFFF, list[bytes | None]()
    try:
        for _ in range(count):
            length = fields.int32()
            values.append(None if length < 0 else fields.bytes(length))
    except ValueError:
        pass
    return Bind(portal, prepared, formats, values, count)


def error_code(payload: bytes) -> str:
    """The SQLSTATE of an ErrorResponse, five letters or digits."""
    for field in payload.split(b"\0"):
        if field[:1] == b"C":
            return field[1:].decode("ascii", "replace")
    return ""


def startup_parameters(payload: bytes) -> dict[str, str]:
    """The parameters of a StartupMessage (what follows its version): user, database and more."""
    words = payload.decode("utf-8", "replace").split("\0")
    return dict(zip(words[::2], words[1::2], strict=False))


def startup_packet(code: int, payload: bytes = b"") -> bytes:
    """The first packet of a connection: its length and a code, but no type."""
    return struct.pack("!ii", 8 + len(payload), code) + payload
