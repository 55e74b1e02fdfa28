"""A SQLite wrapper with a thread of its own and asyncio futures."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any


class Database:
    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.jobs: SimpleQueue[tuple[Callable[[], Any], asyncio.Future[Any]] | None] = SimpleQueue()
        self.thread = threading.Thread(target=self._work)
        self.thread.start()

    def _work(self) -> None:
        while (job := self.jobs.get()) is not None:
            function, future = job
            self.loop.call_soon_threadsafe(future.set_result, function())

    async def run(self, function: Callable[[], Any]) -> Any:
        future: asyncio.Future[Any] = self.loop.create_future()
        self.jobs.put((function, future))
        return await future


async def main() -> None:
    database = Database()
    db = await database.run(lambda: sqlite3.connect(":memory:"))
    await database.run(lambda: db.execute("create table t (n)"))
    await database.run(lambda: db.executemany("insert into t values (?)", [(1,)] * 50_000))
    rows = await database.run(lambda: db.execute("select sum(n) from t").fetchall())
    assert rows == [(50_000,)]
    await database.run(db.close)
    database.jobs.put(None)
    await asyncio.to_thread(database.thread.join)
