"""A SQLite query in memory: no disk, microseconds, but a call that could wait."""

import sqlite3

db = sqlite3.connect(":memory:")
db.execute("create table t (n)")


async def main() -> None:
    db.execute("insert into t values (1)")
    assert db.execute("select n from t").fetchone() == (1,)
