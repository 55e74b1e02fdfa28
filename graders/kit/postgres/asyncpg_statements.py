"""The statements that asyncpg sends by itself, so that they do not count as the learner's."""

from __future__ import annotations

import re

from asyncpg import introspection

RESET = {"SELECT pg_advisory_unlock_all()", "CLOSE ALL", "UNLISTEN *", "RESET ALL"}
"""What a pool sends on a connection that is released to it."""

TYPE_LOOK_UPS = (
    introspection.INTRO_LOOKUP_TYPES,
    introspection.INTRO_LOOKUP_TYPES_13,
    introspection.TYPE_BY_NAME,
)

JIT = re.compile(
    r"SELECT (current_setting\('jit'\) AS cur, )?set_config\('jit', \S+, false\)( AS new)?"
)
"""Sent before and after a look-up of types."""


def is_internal(sql: str) -> bool:
    """Whether asyncpg sends this statement by itself, without being asked for it."""
    if sql.startswith("SELECT pg_advisory_unlock_all()"):
        return {part.strip() for part in sql.split(";") if part.strip()} <= RESET
    return sql in TYPE_LOOK_UPS or JIT.fullmatch(" ".join(sql.split())) is not None
