"""A statement's parameters as text, read from their wire format."""

from __future__ import annotations

import struct
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta

from graders.kit.postgres.wire import FieldReader

FIRST_CUSTOM_OID = 16384
"""Type numbers from here on are not built in; an enum's binary form is its label."""

EPOCH = datetime(2000, 1, 1)


def text(value: bytes | None, binary: bool, oid: int) -> str | None:
    """A parameter as PostgreSQL would print it; `\\x…` if its binary type is not known here."""
    if value is None:
        return None
    if not binary:
        return value.decode("utf-8", "replace")
    try:
        return _TEXT_OF.get(oid, _label if oid >= FIRST_CUSTOM_OID else _hex)(value)
    except (ValueError, struct.error, OverflowError):
        return _hex(value)


def _hex(value: bytes) -> str:
    return "\\x" + value.hex()


def _label(value: bytes) -> str:
    label = value.decode()
    return label if label.isprintable() else _hex(value)


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _integer(value: bytes) -> str:
    return str(int.from_bytes(value, "big", signed=True))


def _bool(value: bytes) -> str:
    return "true" if value == b"\1" else "false"


def _number(form: str) -> Callable[[bytes], str]:
    return lambda value: str(struct.unpack(form, value)[0])


def _numeric(value: bytes) -> str:
    """Groups of four decimal digits, the first of weight 10000 ** weight."""
    fields = FieldReader(value)
    count, weight, sign, scale = (fields.int16() & 0xFFFF for _ in range(4))
    if sign >= 0xC000:
        return {0xC000: "NaN", 0xD000: "Infinity", 0xF000: "-Infinity"}.get(sign, _hex(value))
    weight -= 0x10000 if weight & 0x8000 else 0
    groups = {weight - index: fields.int16() for index in range(count)}
    whole = "".join(f"{groups.get(place, 0):04}" for place in range(max(weight, 0), -1, -1))
    part = "".join(f"{groups.get(-1 - index, 0):04}" for index in range((scale + 3) // 4))
    number = whole.lstrip("0") or "0"
    return ("-" if sign else "") + number + ("." + part[:scale] if scale else "")


def _date(value: bytes) -> str:
    return str(date(2000, 1, 1) + timedelta(days=int(_integer(value))))


def _timestamp(value: bytes) -> str:
    return str(EPOCH + timedelta(microseconds=int(_integer(value))))


def _array(value: bytes) -> str:
    """An array of one dimension, as `{1,2}`; others stay in hexadecimal."""
    fields = FieldReader(value)
    dimensions, _, oid = fields.int32(), fields.int32(), fields.int32()
    if dimensions == 0:
        return "{}"
    if dimensions > 1:
        return _hex(value)
    count, _ = fields.int32(), fields.int32()
    return "{" + ",".join(_item(fields, oid) for _ in range(count)) + "}"


def _item(fields: FieldReader, oid: int) -> str:
    length = fields.int32()
    item = text(None if length < 0 else fields.bytes(length), True, oid)
    return "NULL" if item is None else item


_TEXT_OF: dict[int, Callable[[bytes], str]] = {
    16: _bool,
    17: _hex,
    **dict.fromkeys((18, 19, 25, 114, 142, 705, 1042, 1043), _text),
    **dict.fromkeys((20, 21, 23, 26), _integer),
    700: _number("!f"),
    701: _number("!d"),
    1082: _date,
    1114: _timestamp,
    1184: lambda value: _timestamp(value) + "+00",
    1700: _numeric,
    2950: lambda value: str(uuid.UUID(bytes=value)),
    3802: lambda value: _text(value[1:]),
    **dict.fromkeys(
        (1000, 1005, 1028, 1007, 1009, 1014, 1015, 1016, 1021, 1022, 1115, 1182, 1185, 1231, 2951),
        _array,
    ),
}
"""By type number, as in PostgreSQL's catalogue `pg_type`."""
