"""A model validator that looks into a busy database."""

import sqlite3
from typing import Self

from pydantic import BaseModel, model_validator

from tests.bench.blocking import props

FAMILY = "database"
CALL = "sqlite3.Connection.execute"
PLACE = "validator"

path = props.folder() / "accounts.db"
busy = sqlite3.connect(path, isolation_level=None)
busy.execute("CREATE TABLE accounts (iban TEXT)")
busy.execute("BEGIN EXCLUSIVE")
database = sqlite3.connect(path, timeout=0.2)


class Transfer(BaseModel):
    iban: str
    amount: float
    checked: bool = True

    @model_validator(mode="after")
    def known_account(self) -> Self:
        try:
            database.execute("SELECT 1 FROM accounts WHERE iban = ?", [self.iban])  # <-
        except sqlite3.OperationalError:
            self.checked = False
        return self


async def main() -> None:
    assert not Transfer(iban="AT00", amount=12).checked
