"""Rows as plain data: no types of PostgreSQL or asyncpg leave the judge."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import asyncpg


async def use_json(connection: asyncpg.Connection[Any]) -> None:
    """Has `json` and `jsonb` columns arrive as what they say."""
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=json.dumps, decoder=json.loads
        )


def plain(value: object) -> Any:
    """None, bool, int, float, str, bytes, list and dict stay; anything else becomes its text."""
    match value:
        case None | bool() | int() | float() | str() | bytes():
            return value
        case list() | tuple() if not isinstance(value, asyncpg.Record):
            return [plain(item) for item in value]
        case Mapping() | asyncpg.Record():
            return {str(key): plain(item) for key, item in value.items()}
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def jsonable(value: object) -> Any:
    """The same, as JSON that PostgreSQL converts to the type of a column."""
    match value:
        case bytes():
            return "\\x" + value.hex()
        case float() if not math.isfinite(value):
            return str(value)
        case list() | tuple():
            return [jsonable(item) for item in value]
        case dict():
            return {str(key): jsonable(item) for key, item in value.items()}
    return plain(value)
