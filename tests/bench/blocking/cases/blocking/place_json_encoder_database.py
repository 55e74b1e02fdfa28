"""A JSON encoder whose `default` looks into a busy database."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from tests.bench.blocking import props

FAMILY = "database"
CALL = "sqlite3.Connection.execute"
PLACE = "json encoder"

path = props.folder() / "books.db"
busy = sqlite3.connect(path, isolation_level=None)
busy.execute("CREATE TABLE books (title TEXT)")
busy.execute("BEGIN EXCLUSIVE")
database = sqlite3.connect(path, timeout=0.2)


@dataclass
class Book:
    number: int


class Encoder(json.JSONEncoder):
    def default(self, o: Any) -> Any:
        try:
            return database.execute("SELECT title FROM books").fetchall()  # <-
        except sqlite3.OperationalError:
            return f"book {o.number}"


async def main() -> None:
    assert json.dumps([Book(7)], cls=Encoder) == '["book 7"]'
