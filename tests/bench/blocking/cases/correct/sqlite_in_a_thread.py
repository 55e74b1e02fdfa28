"""A SQLite query in a thread."""

import asyncio
import sqlite3

from tests.bench.blocking import props

PATH = props.folder() / "shop.db"


def orders() -> list[tuple[int]]:
    db = sqlite3.connect(PATH)
    with db:
        db.execute("create table orders (n)")
        db.executemany("insert into orders values (?)", [(n,) for n in range(1000)])
    rows = db.execute("select n from orders where n < 10").fetchall()
    db.close()
    return rows


async def main() -> None:
    assert len(await asyncio.to_thread(orders)) == 10
