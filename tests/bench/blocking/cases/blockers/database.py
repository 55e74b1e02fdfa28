"""Blockers that ask SQLite."""

import contextlib
import sqlite3
import threading

from tests.bench.blocking import fixtures


def numbers(count: int, asked: str) -> str:
    """A query over the numbers from 1 to `count`."""
    counted = f"select 1 union all select n + 1 from numbers where n < {count}"
    return f"with recursive numbers(n) as ({counted}) select {asked} from numbers"


def being_read() -> tuple[sqlite3.Connection, sqlite3.Cursor]:
    """A connection with something to commit, and a cursor that still reads."""
    path = fixtures.folder() / "shop.db"
    database = sqlite3.connect(path, timeout=0.2)
    database.execute("create table orders (article text)")
    database.executemany("insert into orders values (?)", [["tea"], ["milk"]])
    database.commit()
    reader = sqlite3.connect(path).execute("select article from orders")
    reader.fetchone()
    database.execute("insert into orders values ('sugar')")
    return database, reader


def being_written() -> tuple[sqlite3.Connection, sqlite3.Connection]:
    """A connection, and another one that holds the lock of the database."""
    path = fixtures.folder() / "shop.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("create table orders (article text)")
    database = sqlite3.connect(path, timeout=0.2, isolation_level=None)
    other.execute("begin exclusive")
    return database, other


# %% database_execute_under_a_lock: `Connection.execute` while another connection is writing
# blocks: database, sqlite3.Connection.execute
# in: helper, dependency_after_yield, endpoint_class, route_class, sse_generator, shield, protocol
# and: model_validator, descriptor, json_encoder
database, other = being_written()


def block() -> None:
    with contextlib.suppress(sqlite3.OperationalError):
        database.execute("insert into orders values ('tea')")  # <-


# %% database_execute_of_a_long_query: `Connection.execute` of a query that works for long
# blocks: database, sqlite3.Connection.execute
# in: coroutine
database = sqlite3.connect(":memory:")
query = numbers(800_000, "sum(n)")


def block() -> None:
    database.execute(query)  # <-


# %% database_commit: `commit` while another connection still reads
# blocks: database, sqlite3.Connection.commit
# in: coroutine
database, reader = being_read()


def block() -> None:
    with contextlib.suppress(sqlite3.OperationalError):
        database.commit()  # <-


# %% database_backup: `Connection.backup` into a file that another connection has locked
# blocks: database, sqlite3.Connection.backup
# in: helper
_, other = being_written()
source, target = (
    sqlite3.connect(":memory:"),
    sqlite3.connect(fixtures.folder() / "shop.db", timeout=0),
)
source.execute("create table orders (article text)")


def block() -> None:
    threading.Timer(0.25, other.rollback).start()
    source.backup(target)  # <-


# %% database_cursor_execute: `Cursor.execute` of a report
# blocks: database, sqlite3.Cursor.execute
# in: route, def_route
cursor = sqlite3.connect(":memory:", check_same_thread=False).cursor()
query = numbers(900_000, "count(*)")


def block() -> None:
    cursor.execute(query)  # <-


# %% database_executemany: `Connection.executemany` of an import
# blocks: database, sqlite3.Connection.executemany
# in: background_task
database = sqlite3.connect(":memory:")
database.execute("create table prices (article integer primary key, price text)")
rows = [(number, f"{number / 7:.2f}") for number in range(150_000)]


def block() -> None:
    database.executemany("insert into prices values (?, ?)", rows)  # <-


# %% database_cursor_executemany: `Cursor.executemany` of a buffer
# blocks: database, sqlite3.Cursor.executemany
# in: call_later
cursor = sqlite3.connect(":memory:").cursor()
cursor.execute("create table measured (at integer primary key, value real)")
rows = [(number, number / 7) for number in range(150_000)]


def block() -> None:
    cursor.executemany("insert into measured values (?, ?)", rows)  # <-


# %% database_executescript: migrations, by `executescript`
# blocks: database, sqlite3.Connection.executescript
# in: lifespan
database = sqlite3.connect(":memory:")
migrations = f"""
create table days (n integer primary key, weekday integer);
insert into days {numbers(400_000, "n, n % 7")};
create index weekdays on days (weekday);
"""


def block() -> None:
    database.executescript(migrations)  # <-


# %% database_fetchall: all rows of a lazy query, from the cursor of `Connection.execute`
# blocks: database, sqlite3.Cursor.fetchall
# in: dependency
cursor = sqlite3.connect(":memory:").execute(numbers(1_000_000, "n") + " where n % 100 = 0")


def block() -> None:
    assert len(cursor.fetchall()) == 10_000  # <-


# %% database_cursor_fetchall: all rows of a lazy query, from a cursor of `cursor()`
# blocks: database, sqlite3.Cursor.fetchall
# in: coroutine
cursor = sqlite3.connect(":memory:").cursor()
cursor.execute(numbers(600_000, "n") + " where n % 100 = 0")


def block() -> None:
    assert len(cursor.fetchall()) == 6_000  # <-


# %% database_fetchmany: pages of a lazy query, by `fetchmany`
# blocks: database, sqlite3.Cursor.fetchmany
# in: websocket
cursor = sqlite3.connect(":memory:").execute(numbers(1_000_000, "n") + " where n % 500 = 0")


def block() -> None:
    while cursor.fetchmany(1500):  # <-
        pass


# %% database_fetchone: `fetchone`, which works on the next row already: a sum over much
# blocks: database, sqlite3.Cursor.fetchone
# in: task
cursor = sqlite3.connect(":memory:").execute(
    f"select 'first', 1 union all select 'sum', total from ({numbers(900_000, 'sum(n) total')})"
)


def block() -> None:
    assert cursor.fetchone()[0] == "first"  # <-


# %% database_rows: a loop over a cursor whose rows are far apart
# blocks: database, sqlite3.Cursor.__next__
# in: coroutine
cursor = sqlite3.connect(":memory:").execute(numbers(1_000_000, "n") + " where n % 250000 = 0")


def block() -> None:
    for _row in cursor:  # <-
        pass
