"""Which statements asyncpg sends for itself, so that nobody counts them as the learner's."""

from __future__ import annotations

import re

from asyncpg import introspection

RESET = {"SELECT pg_advisory_unlock_all()", "CLOSE ALL", "UNLISTEN *", "RESET ALL"}
"""What a connection goes through when it returns to its pool."""

TYPES = (
    introspection.INTRO_LOOKUP_TYPES,
    introspection.INTRO_LOOKUP_TYPES_13,
    introspection.TYPE_BY_NAME,
)

JIT = re.compile(
    r"SELECT (current_setting\('jit'\) AS cur, )?set_config\('jit', \S+, false\)( AS new)?"
)
"""Set around the look at types."""


def is_internal(sql: str) -> bool:
    """Does asyncpg send this text on its own account?"""
    if sql.startswith("SELECT pg_advisory_unlock_all()"):
        return {part.strip() for part in sql.split(";") if part.strip()} <= RESET
    return sql in TYPES or JIT.fullmatch(" ".join(sql.split())) is not None
