"""Why there is no PostgreSQL, in one line that says what to do."""

from __future__ import annotations

import errno
import ssl

import asyncpg


class Unavailable(Exception):
    """No PostgreSQL to grade with. `str` is one line: what is wrong, and what to do."""


ANSWERS_NOT = "start it, or unset DATABASE_URL to use the embedded server"
ROOM = "free some disk space and try again"


def explained(error: Exception, place: str) -> Unavailable:
    """What went wrong between us and the server at `place`, as a person would say it.

    `place` never holds a password, and neither does the message.
    """
    return Unavailable(f"{_fact(error, place)}")


def _fact(error: Exception, place: str) -> str:
    match error:
        case asyncpg.InvalidCatalogNameError():
            return f"the database of DATABASE_URL does not exist at {place}: create it, or name another"
        case asyncpg.InvalidAuthorizationSpecificationError():
            return f"{place} refused the log-in: check user and password in DATABASE_URL ({_line(error)})"
        case asyncpg.InsufficientPrivilegeError():
            return f"{place} does not allow it ({_line(error)}): use a role with CREATEDB and CREATEROLE"
        case asyncpg.DiskFullError():
            return f"the disk of {place} is full: {ROOM}"
        case asyncpg.PostgresError():
            return f"{place} says {_line(error)!r}: look into its log"
        case TimeoutError():
            return f"no answer from {place} in time: {ANSWERS_NOT}"
        case ssl.SSLError():
            return f"no encrypted connection to {place} ({_line(error)}): check sslmode in DATABASE_URL"
        case OSError(errno=errno.ENOSPC | errno.EDQUOT):
            return f"the disk is full: {ROOM}"
        case OSError():
            return f"no PostgreSQL answers at {place}: {ANSWERS_NOT}"
        case asyncpg.InterfaceError() | ValueError():
            return f"DATABASE_URL cannot be used ({_line(error)}): write postgresql://user:password@host:5432/database"
    return f"{place} failed with {type(error).__name__} ({_line(error)}): unset DATABASE_URL to use the embedded server"


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
