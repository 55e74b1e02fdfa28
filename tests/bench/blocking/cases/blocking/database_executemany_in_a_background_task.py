"""A background task that imports rows with `executemany`."""

import sqlite3

from fastapi import BackgroundTasks, FastAPI

from tests.bench.blocking import props

FAMILY = "database"
CALL = "sqlite3.Connection.executemany"
PLACE = "background task"

app = FastAPI()
database = sqlite3.connect(":memory:")
database.execute("create table prices (article integer primary key, price text)")
rows = [(number, f"{number / 7:.2f}") for number in range(150_000)]


async def load() -> None:
    database.executemany("insert into prices values (?, ?)", rows)  # <-


@app.post("/imports")
async def imports(tasks: BackgroundTasks) -> None:
    tasks.add_task(load)


async def main() -> None:
    async with props.client(app) as client:
        await client.post("/imports")
    database.close()
