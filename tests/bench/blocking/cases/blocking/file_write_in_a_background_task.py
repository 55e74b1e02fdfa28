"""A background task that exports with `open(..., "wb")` and `write`, a page for each customer."""

from fastapi import BackgroundTasks, FastAPI

from tests.bench.blocking import props

FAMILY = "file"
CALL = "file.write"
PLACE = "background task"

app = FastAPI()
page = b"one line of an export\n" * 500_000


async def export(customers: int) -> None:
    with open(props.folder() / "export.txt", "wb") as file:
        for _ in range(customers):
            file.seek(0)
            file.write(page)  # <-


@app.post("/exports")
async def exports(tasks: BackgroundTasks) -> None:
    tasks.add_task(export, 80)


async def main() -> None:
    async with props.client(app) as client:
        await client.post("/exports")
