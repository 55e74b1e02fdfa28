"""A timer's callback that writes its buffer with `Cursor.executemany`."""

import asyncio
import sqlite3

FAMILY = "database"
CALL = "sqlite3.Cursor.executemany"
PLACE = "call_later"

database = sqlite3.connect(":memory:")
database.execute("create table measured (at integer primary key, value real)")
cursor = database.cursor()
buffer = [(number, number / 7) for number in range(150_000)]


def flush() -> None:
    cursor.executemany("insert into measured values (?, ?)", buffer)  # <-
    buffer.clear()


async def main() -> None:
    asyncio.get_running_loop().call_later(0.01, flush)
    await asyncio.sleep(0.05)
    database.close()
