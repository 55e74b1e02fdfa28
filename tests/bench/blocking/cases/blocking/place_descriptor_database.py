"""A descriptor that loads its value from a busy database."""

import sqlite3

from tests.bench.blocking import props

FAMILY = "database"
CALL = "sqlite3.Connection.execute"
PLACE = "descriptor"

path = props.folder() / "people.db"
busy = sqlite3.connect(path, isolation_level=None)
busy.execute("CREATE TABLE people (name TEXT)")
busy.execute("BEGIN EXCLUSIVE")
database = sqlite3.connect(path, timeout=0.2)


class Column:
    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: object, owner: type) -> str:
        try:
            return str(database.execute(f"SELECT {self.name} FROM people"))  # <-
        except sqlite3.OperationalError:
            return "unknown"


class Person:
    name = Column()


async def main() -> None:
    assert Person().name == "unknown"
