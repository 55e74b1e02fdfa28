"""`Connection.execute` of an insert, while another connection is writing."""

import sqlite3

from tests.bench.blocking import props

FAMILY = "database"
CALL = "sqlite3.Connection.execute"
PLACE = "helper"


def prepared() -> tuple[sqlite3.Connection, sqlite3.Connection]:
    path = props.folder() / "shop.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("create table orders (article text)")
    ours = sqlite3.connect(path, timeout=0.2, isolation_level=None)
    ours.execute("select * from orders")
    other.execute("begin immediate")
    return ours, other


ours, other = prepared()


def order(article: str) -> bool:
    try:
        ours.execute("insert into orders values (?)", [article])  # <-
    except sqlite3.OperationalError:
        return False
    return True


async def main() -> None:
    assert not order("tea")
    ours.close()
    other.close()
