"""A short one: `sqlite3.connect` in a coroutine, all else in a thread."""

import asyncio
import sqlite3

from tests.bench.blocking import props

FAMILY = "database"
CALL = "sqlite3.connect"
PLACE = "coroutine"


async def main() -> None:
    database = sqlite3.connect(props.folder() / "shop.db", check_same_thread=False)  # <-
    await asyncio.to_thread(database.execute, "create table orders (article text)")
    await asyncio.to_thread(database.close)
