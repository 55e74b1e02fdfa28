"""`commit` while another connection still reads: it waits for the reader."""

import sqlite3

from tests.bench.blocking import props

FAMILY = "database"
CALL = "sqlite3.Connection.commit"
PLACE = "coroutine"


def prepared() -> tuple[sqlite3.Connection, sqlite3.Cursor]:
    path = props.folder() / "shop.db"
    ours = sqlite3.connect(path, timeout=0.2)
    ours.execute("create table orders (article text)")
    ours.executemany("insert into orders values (?)", [["tea"], ["milk"]])
    ours.commit()
    reader = sqlite3.connect(path).execute("select article from orders")
    reader.fetchone()
    ours.execute("insert into orders values ('sugar')")
    return ours, reader


ours, reader = prepared()


async def main() -> None:
    try:
        ours.commit()  # <-
    except sqlite3.OperationalError:
        reader.close()
    ours.close()
