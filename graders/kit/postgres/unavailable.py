"""Why there is no PostgreSQL, in one line that says what to do."""

from __future__ import annotations

import socket

import asyncpg


class Unavailable(Exception):
    """No PostgreSQL to grade with. `str` is one line: what is wrong, and what to do."""


START_IT = "start it, or unset DATABASE_URL to use the embedded server"
FREE_SPACE = "free some disk space and try again"
URL_FORM = "write postgresql://user:password@host:5432/database"


def explain(error: Exception, place: str) -> Unavailable:
    """The error to raise for what went wrong with the server of DATABASE_URL, at `place`.

    `place` never holds a password, and neither does the message.
    """
    fact, advice = _fact_and_advice(error)
    if "SSL" in str(error) or "certificate" in str(error):
        fact, advice = "no encrypted connection to {}", "check sslmode in DATABASE_URL"
    return Unavailable(f"{fact.format(place)} ({_one_line(error)}): {advice}")


def _fact_and_advice(error: Exception) -> tuple[str, str]:
    """The fact, with `{}` for the place, and what to do."""
    match error:
        case asyncpg.InvalidCatalogNameError():
            return "{} has no such database", "create it, or name another in DATABASE_URL"
        case asyncpg.InvalidAuthorizationSpecificationError():
            return "{} refused the log-in", "check user, password and sslmode in DATABASE_URL"
        case asyncpg.InsufficientPrivilegeError():
            return "{} does not allow it", "use a role with CREATEDB and CREATEROLE"
        case asyncpg.DiskFullError():
            return "the disk of {} is full", FREE_SPACE
        case asyncpg.TooManyConnectionsError() | asyncpg.CannotConnectNowError():
            return "{} takes no connection now", "try again in a moment"
        case asyncpg.PostgresConnectionError():
            return "{} broke the connection", "look into its log"
        case asyncpg.PostgresError():
            return "{} failed", "look into its log, or unset DATABASE_URL"
        case asyncpg.InterfaceError() | ValueError():
            return "DATABASE_URL cannot be used", URL_FORM
        case socket.gaierror():
            return "nobody knows the host of {}", "check its spelling in DATABASE_URL"
        case OSError():
            return "no PostgreSQL answers at {}", START_IT
    return "{} failed", START_IT


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
