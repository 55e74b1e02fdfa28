"""A shielded write into a busy database."""

import asyncio
import sqlite3

from tests.bench.blocking import props

FAMILY = "database"
CALL = "sqlite3.Connection.execute"
PLACE = "shield"

path = props.folder() / "payments.db"
busy = sqlite3.connect(path, isolation_level=None)
busy.execute("CREATE TABLE payments (amount REAL)")
busy.execute("BEGIN EXCLUSIVE")
database = sqlite3.connect(path, timeout=0.2, isolation_level=None)


async def book(amount: float) -> bool:
    try:
        database.execute("INSERT INTO payments VALUES (?)", [amount])  # <-
    except sqlite3.OperationalError:
        return False
    return True


async def main() -> None:
    assert not await asyncio.shield(book(12.5))
