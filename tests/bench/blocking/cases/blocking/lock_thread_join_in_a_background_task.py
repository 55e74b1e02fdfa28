"""`Thread.join` in a background task."""

import threading
import time

from fastapi import BackgroundTasks, FastAPI

from tests.bench.blocking import props

FAMILY = "lock"
CALL = "threading.Thread.join"
PLACE = "background task"

app = FastAPI()
resized: list[str] = []


def resize(name: str) -> None:
    time.sleep(0.3)
    resized.append(name)


async def thumbnails(names: list[str]) -> None:
    workers = [threading.Thread(target=resize, args=[name]) for name in names]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()  # <-


@app.post("/photos", status_code=202)
async def upload(tasks: BackgroundTasks) -> None:
    tasks.add_task(thumbnails, ["a.jpg", "b.jpg"])


async def main() -> None:
    async with props.client(app) as client:
        await client.post("/photos")
    assert sorted(resized) == ["a.jpg", "b.jpg"]
