"""A report in a route, by `Cursor.execute`."""

import sqlite3

from fastapi import FastAPI

from tests.bench.blocking import props

FAMILY = "database"
CALL = "sqlite3.Cursor.execute"
PLACE = "route"

REPORT = """
with recursive days(n) as (select 1 union all select n + 1 from days where n < 600000)
select count(*) from days where n % 7 = 0
"""

app = FastAPI()
cursor = sqlite3.connect(":memory:").cursor()


@app.get("/report")
async def report() -> int:
    cursor.execute(REPORT)  # <-
    (count,) = cursor.fetchone()
    return int(count)


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/report")).json() == 600_000 // 7
