"""A background task that is `async def`, and sleeps."""

import time

from fastapi import BackgroundTasks, FastAPI

from tests.bench.blocking import props

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "background task"

app = FastAPI()
sent: list[str] = []


async def send_mail(address: str) -> None:
    time.sleep(0.15)  # <-
    sent.append(address)


@app.post("/orders")
async def order(tasks: BackgroundTasks) -> str:
    tasks.add_task(send_mail, "ann@example.com")
    return "accepted"


async def main() -> None:
    async with props.client(app) as client:
        await client.post("/orders")
    assert sent
