"""`Connection.backup` into a file that another connection has locked for a while."""

import sqlite3
import threading

from tests.bench.blocking import props

FAMILY = "database"
CALL = "sqlite3.Connection.backup"
PLACE = "helper"


def prepared() -> tuple[sqlite3.Connection, sqlite3.Connection, sqlite3.Connection]:
    path = props.folder() / "backup.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    source, target = sqlite3.connect(":memory:"), sqlite3.connect(path, timeout=0)
    source.executescript("create table orders (article text); insert into orders values ('tea');")
    other.execute("begin immediate")
    return source, target, other


source, target, other = prepared()


def back_up() -> None:
    source.backup(target)  # <-


async def main() -> None:
    release = threading.Timer(0.2, other.rollback)
    release.start()
    back_up()
    for database in (source, target, other):
        database.close()
