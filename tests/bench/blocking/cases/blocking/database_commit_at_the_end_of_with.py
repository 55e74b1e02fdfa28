"""`with connection:` commits at its end, and waits for a reader there."""

import asyncio
import sqlite3

from tests.bench.blocking import props

FAMILY = "database"
CALL = "sqlite3.Connection.__exit__"
PLACE = "context manager"


def prepared() -> tuple[sqlite3.Connection, sqlite3.Cursor]:
    path = props.folder() / "shop.db"
    ours = sqlite3.connect(path, timeout=0.2, check_same_thread=False)
    ours.execute("create table orders (article text)")
    ours.executemany("insert into orders values (?)", [["tea"], ["milk"]])
    ours.commit()
    reader = sqlite3.connect(path).execute("select article from orders")
    reader.fetchone()
    return ours, reader


ours, reader = prepared()


async def main() -> None:
    try:
        with ours:  # <-
            await asyncio.to_thread(ours.execute, "insert into orders values ('sugar')")
    except sqlite3.OperationalError:
        reader.close()
    ours.close()
